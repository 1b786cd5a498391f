import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { Enclosure } from '#platform/sandbox';

/** A folder that somebody's attempt at an operation has, or had. */
export interface ScratchFolder {
  readonly name: string;
  readonly operationId: number;
}

/** Folders for work in progress, below `DATA_DIR/work`: one for each attempt, named after its operation. */
@Injectable()
export class Scratch {
  private readonly root: string;

  constructor(
    config: Config,
    private readonly enclosure: Enclosure,
  ) {
    this.root = join(config.dataDir, 'work');
  }

  /** Does `work` in a folder of its own, which is gone afterwards, as are those of earlier attempts. */
  async during<T>(operationId: number, work: (dir: string) => Promise<T>): Promise<T> {
    await mkdir(this.root, { recursive: true, mode: 0o750 });
    for (const folder of await this.list()) if (folder.operationId === operationId) await this.remove(folder);
    const dir = await mkdtemp(join(this.root, `${operationId}-`));
    try {
      return await work(dir);
    } finally {
      await this.enclosure.removeAll(dir);
    }
  }

  async list(): Promise<ScratchFolder[]> {
    const names = await readdir(this.root).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // nobody has worked here yet
      throw error;
    });
    return names
      .map((name) => ({ name, operationId: Number(/^(\d+)-/.exec(name)?.[1]) }))
      .filter(({ operationId }) => Number.isSafeInteger(operationId));
  }

  /** Also what users of an enclosure left, whom this process is not. */
  async remove({ name }: ScratchFolder): Promise<void> {
    await this.enclosure.removeAll(join(this.root, name));
  }
}

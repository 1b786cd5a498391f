import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Where things are, below one directory of one file system:
 *
 *     ROOT/
 *       blobs/
 *         3f/                                   the first two digits of the keys in it
 *           3f0c…(32 hex digits)                a blob: whole, and never changed
 *       staging/
 *         7b1e…(a staging id)                   a write in progress, or what a crash left of one
 *         .probe                                written and removed by a health check
 *
 * A blob appears by rename from `staging`, after its bytes are on stable storage. Both directories are then synced,
 * and so is the parent of every directory that this process uses for the first time.
 */
export class Layout {
  readonly #durable = new Map<string, Promise<void>>();

  constructor(private readonly root: string) {}

  get staging(): string {
    return join(this.root, 'staging');
  }

  get probe(): string {
    return join(this.staging, '.probe');
  }

  blob(key: string): string {
    return join(this.root, 'blobs', key.slice(0, 2), key);
  }

  staged(stagingId: string): string {
    return join(this.staging, stagingId);
  }

  /** Makes the directories that every store has. */
  async prepare(): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o750 });
    await this.#makeDurable(join(this.root, 'blobs'));
    await this.#makeDurable(this.staging);
  }

  /** Makes the directory that `path`, a blob, is in. */
  async prepareDirectoryOf(path: string): Promise<void> {
    await this.#makeDurable(dirname(path));
  }

  /** Once per process and directory: even one that exists may have a parent that nobody has synced since. */
  #makeDurable(directory: string): Promise<void> {
    const made = this.#durable.get(directory) ?? makeAndSync(directory);
    this.#durable.set(directory, made);
    made.catch(() => this.#durable.delete(directory));
    return made;
  }
}

async function makeAndSync(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  await syncDirectory(dirname(directory));
}

/** Resolves when the names in `directory` are on stable storage. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

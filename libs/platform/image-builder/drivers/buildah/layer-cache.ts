import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Enclosure } from '#platform/sandbox';
import { FolderLock } from './folder-lock.js';

/** What a cache does with its storage, inside the enclosure. */
export interface StorageUpkeep {
  /** Removes what builds left that ended in the middle. Nobody else uses the storage meanwhile. */
  tidy(storage: string): Promise<void>;
  /** Bytes on disk. */
  measure(storage: string): Promise<number>;
}

/**
 * Layers of earlier builds, for each key in a folder of its own:
 *
 *     KEY/        the storage
 *     KEY.lock    shared by builds, had alone by whoever removes something
 *     KEY.size    bytes in it; its time is that of the last build. Missing while builds are at work, and after a crash
 */
export class LayerCache {
  constructor(
    private readonly root: string,
    private readonly maxBytes: number,
    private readonly enclosure: Enclosure,
    private readonly upkeep: StorageUpkeep,
  ) {}

  /** Lends the storage of a key to `work`; nothing of it is removed meanwhile. */
  async during<T>(key: string, work: (storage: string) => Promise<T>): Promise<T> {
    const storage = join(this.root, nameOf(key));
    await mkdir(this.root, { recursive: true, mode: 0o750 });
    await this.mend(storage);
    const lock = await FolderLock.share(`${storage}.lock`);
    try {
      // Whoever had it alone may have removed it.
      if ((await mkdir(storage, { recursive: true, mode: 0o755 })) !== undefined) await this.enclosure.adopt(storage);
      await rm(`${storage}.size`, { force: true });
      return await work(storage);
    } finally {
      await lock.release();
      await this.settle(storage);
      await this.shrink();
    }
  }

  /** Forgets what is cached for a key. False where it is in use. */
  async evict(key: string): Promise<boolean> {
    return this.remove(join(this.root, nameOf(key)));
  }

  /** After a crash: what it left is in nobody's way, but takes room. */
  private async mend(storage: string): Promise<void> {
    const [isThere, isSettled] = await Promise.all([exists(storage), exists(`${storage}.size`)]);
    if (isThere && !isSettled) await this.settle(storage);
  }

  /** The last of several builds cleans up. */
  private async settle(storage: string): Promise<void> {
    const lock = await FolderLock.tryAlone(`${storage}.lock`);
    if (!lock) return;
    try {
      if (!(await exists(storage))) return;
      await this.upkeep.tidy(storage);
      await writeFile(`${storage}.size`, String(await this.upkeep.measure(storage)));
    } finally {
      await lock.release();
    }
  }

  /** Removes whole storages, those first whose last build was longest ago, until the rest is small enough. */
  private async shrink(): Promise<void> {
    const names = (await readdir(this.root)).filter((name) => name.endsWith('.size'));
    const known = await Promise.all(names.map((name) => this.readSize(name)));
    const sizes = known.flatMap((size) => size ?? []).sort((a, b) => a.usedAtMs - b.usedAtMs);
    let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { storage, bytes } of sizes) {
      if (total <= this.maxBytes) return;
      if (await this.remove(storage)) total -= bytes;
    }
  }

  private async readSize(name: string): Promise<{ storage: string; bytes: number; usedAtMs: number } | undefined> {
    const path = join(this.root, name);
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      return { storage: path.slice(0, -'.size'.length), bytes: Number(text), usedAtMs: mtimeMs };
    } catch {
      return undefined; // a build has begun
    }
  }

  private async remove(storage: string): Promise<boolean> {
    const lock = await FolderLock.tryAlone(`${storage}.lock`);
    if (!lock) return false;
    try {
      await this.enclosure.removeAll(storage);
      await rm(`${storage}.size`, { force: true });
      return true;
    } finally {
      await lock.release();
    }
  }
}

/** @throws RangeError for what is no name of a folder */
function nameOf(key: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(key)) throw new RangeError(`${key} is not fit for a folder`);
  return key;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

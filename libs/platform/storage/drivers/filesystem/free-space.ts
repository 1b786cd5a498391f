import { statfs } from 'node:fs/promises';
import { StorageFullError } from '../../storage.errors.js';

/** How often a write looks again: it and its like can eat no more than this each before they notice. */
const LOOK_EVERY_BYTES = 16 * 1024 * 1024;

/** Bytes that unprivileged users can still write below `path`. */
export async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** Keeps one write from eating the space that others on the disk, such as a database, need to live. */
export class FreeSpaceGuard {
  #passedBytes = 0;

  constructor(
    private readonly freeBytes: () => Promise<number>,
    private readonly minFreeBytes: number,
  ) {}

  /** @throws StorageFullError where `nextBytes` might leave less than `minFreeBytes` */
  async check(nextBytes = LOOK_EVERY_BYTES): Promise<void> {
    if (this.minFreeBytes === 0) return;
    this.#passedBytes = 0;
    const freeBytes = await this.freeBytes();
    if (freeBytes - nextBytes < this.minFreeBytes) throw new StorageFullError('The disk is nearly full');
  }

  /** Before a write begins: whether the whole of it would fit. */
  async checkWhole(expectedBytes: number): Promise<void> {
    await this.check(Math.max(expectedBytes, LOOK_EVERY_BYTES));
  }

  /** Counts `bytes` towards the next look. */
  async pass(bytes: number): Promise<void> {
    this.#passedBytes += bytes;
    if (this.#passedBytes >= LOOK_EVERY_BYTES) await this.check();
  }
}

import { readFile, unlink, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { assertBlobKey, assertStagingId, isBlobKey } from '../../blob-key.js';
import { BlobStore } from '../../blob-store.js';
import type { ByteRange, StagedBlob, StagedLeftover, StoreHealth } from '../../blob-store.js';
import { BlobNotFoundError, StorageError, StorageFullError, StorageUnavailableError } from '../../storage.errors.js';
import { assertByteRange } from '../byte-range.js';
import { MemoryShelf } from './memory-shelf.js';
import { MemoryStagedBlob } from './memory-staged-blob.js';

export interface MemoryBlobStoreOptions {
  /** Bytes that fit, staged ones included; without it, no limit. */
  readonly capacityBytes?: number;
}

/** How much of a blob one chunk of a stream holds. */
const CHUNK_BYTES = 64 * 1024;

/** Blobs in memory, for tests: they are gone with the process, and all else is as with any driver. */
export class MemoryBlobStore extends BlobStore {
  readonly #shelf: MemoryShelf;
  #closed = false;

  constructor({ capacityBytes = Infinity }: MemoryBlobStoreOptions = {}) {
    super();
    this.#shelf = new MemoryShelf(capacityBytes);
  }

  override async stage(stagingId: string, expectedBytes = 0): Promise<MemoryStagedBlob> {
    assertStagingId(stagingId);
    if (this.#closed) throw new StorageUnavailableError('The store is closed');
    if (this.#shelf.staged.has(stagingId)) throw new StorageError('There is such a write already');
    if (expectedBytes > this.#shelf.freeBytes) throw new StorageFullError('The store is nearly full');
    return new MemoryStagedBlob(stagingId, this.#shelf);
  }

  override async stageFile(stagingId: string, path: string): Promise<StagedBlob> {
    const staged = await this.stage(stagingId);
    try {
      await staged.write(await readFile(path));
      await unlink(path);
    } catch (error) {
      await staged.abort();
      throw error;
    }
    return staged.withoutMore();
  }

  override async lend(key: string, path: string): Promise<void> {
    try {
      await writeFile(path, this.#find(key), { flag: 'wx' });
    } catch (cause) {
      throw cause instanceof StorageError ? cause : new StorageUnavailableError('The file cannot be made', { cause });
    }
  }

  override async open(key: string, range?: ByteRange): Promise<Readable> {
    const blob = this.#find(key);
    if (range) assertByteRange(range);
    return Readable.from(chunksOf(range ? blob.subarray(range.offset, range.offset + range.length) : blob));
  }

  override async delete(key: string): Promise<void> {
    assertBlobKey(key);
    this.#shelf.blobs.delete(key);
  }

  override async listStaged(): Promise<StagedLeftover[]> {
    return [...this.#shelf.staged].map(([stagingId, { modifiedAt }]) => ({ stagingId, modifiedAt }));
  }

  override async discardStaged(stagingId: string): Promise<void> {
    assertStagingId(stagingId);
    this.#shelf.staged.delete(stagingId);
  }

  override async check(): Promise<StoreHealth> {
    const { freeBytes } = this.#shelf;
    return { freeBytes: Number.isFinite(freeBytes) ? freeBytes : null };
  }

  /** The keys and staging ids of all it holds: what a test looks at. */
  listNames(): string[] {
    return [...this.#shelf.blobs.keys(), ...this.#shelf.staged.keys()];
  }

  override async close(): Promise<void> {
    this.#closed = true;
  }

  #find(key: string): Buffer {
    const blob = isBlobKey(key) ? this.#shelf.blobs.get(key) : undefined;
    if (!blob) throw new BlobNotFoundError('No such blob');
    return blob;
  }
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield Buffer.from(bytes.subarray(start, start + CHUNK_BYTES)); // a copy: what is handed out is the reader's own
  }
}

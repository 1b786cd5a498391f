import { createHash } from 'node:crypto';
import { assertBlobKey } from '../../blob-key.js';
import type { SealedBlob, StagedBlob } from '../../blob-store.js';
import { StorageError, StorageFullError, StorageUnavailableError } from '../../storage.errors.js';
import { assertByteRange } from '../byte-range.js';
import { WriteLifecycle } from '../write-lifecycle.js';
import type { MemoryShelf, StagedBytes } from './memory-shelf.js';

/** A write onto the shelf. */
export class MemoryStagedBlob implements StagedBlob {
  readonly #lifecycle = new WriteLifecycle(asStorageError);
  readonly #bytes: StagedBytes = { chunks: [], sizeBytes: 0, modifiedAt: new Date() };
  #sealed = Buffer.alloc(0);
  #takesMore = true;

  constructor(
    readonly stagingId: string,
    private readonly shelf: MemoryShelf,
  ) {
    shelf.staged.set(stagingId, this.#bytes);
  }

  /** The same, of which all bytes have come. */
  withoutMore(): this {
    this.#takesMore = false;
    return this;
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#lifecycle.step('writing', 'writing', async () => {
      if (!this.#takesMore) throw new StorageError('The write takes no further bytes');
      if (chunk.length > this.shelf.freeBytes) throw new StorageFullError('No room for these bytes');
      this.#bytes.chunks.push(chunk);
      this.#bytes.sizeBytes += chunk.length;
      this.#bytes.modifiedAt = new Date();
    });
  }

  seal(): Promise<SealedBlob> {
    return this.#lifecycle.step('writing', 'sealed', async () => {
      this.#sealed = Buffer.concat(this.#bytes.chunks);
      const sha256 = createHash('sha256').update(this.#sealed).digest('hex');
      return { sizeBytes: this.#sealed.length, sha256 };
    });
  }

  async read(offset: number, length: number): Promise<Buffer> {
    this.#lifecycle.requireSealed();
    assertByteRange({ offset, length });
    return Buffer.from(this.#sealed.subarray(offset, offset + length));
  }

  async commit(key: string): Promise<void> {
    assertBlobKey(key);
    await this.#lifecycle.step('sealed', 'committed', async () => {
      if (this.shelf.blobs.has(key)) throw new StorageError('There is such a blob already');
      const kept = this.shelf.staged.delete(this.stagingId);
      if (!kept) throw new StorageUnavailableError('The staged bytes are gone');
      this.shelf.blobs.set(key, this.#sealed);
    });
  }

  abort(): Promise<void> {
    return this.#lifecycle.abort(
      async () => undefined,
      async () => void this.shelf.staged.delete(this.stagingId),
    );
  }
}

function asStorageError(cause: unknown): StorageError {
  return cause instanceof StorageError ? cause : new StorageUnavailableError('The memory store failed', { cause });
}

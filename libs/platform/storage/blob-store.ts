import type { Readable } from 'node:stream';

/** What a finished staged write turned out to be. */
export interface SealedBlob {
  readonly sizeBytes: number;
  /** SHA-256 of all bytes, 64 lower-case hex digits. */
  readonly sha256: string;
}

/** A part of a blob: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Bytes left behind by a write that never ended. */
export interface StagedLeftover {
  readonly stagingId: string;
  readonly modifiedAt: Date;
}

/** How a store is doing: `freeBytes` is null where the backend has no such number. */
export interface StoreHealth {
  readonly freeBytes: number | null;
}

/**
 * One write in progress: `write`… then `seal`, then `commit`; or `abort` at any time.
 * Nothing of it can be read through the store before `commit`.
 */
export interface StagedBlob {
  readonly stagingId: string;
  /**
   * Takes the next bytes. Resolves as soon as the store can take more, which is the back-pressure; at most a few MiB
   * are in flight. The store owns `chunk` from here on: the caller must not touch it again.
   * @throws StorageFullError, StorageUnavailableError
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the writing: all bytes are on stable storage and their digest is known. */
  seal(): Promise<SealedBlob>;
  /** Reads bytes of the sealed write; shorter than `length` only at the end. @throws RangeError for no byte range */
  read(offset: number, length: number): Promise<Buffer>;
  /**
   * Makes the sealed bytes the blob `key`, durably and in one step. Never replaces a blob.
   * @throws RangeError where the key is malformed
   */
  commit(key: string): Promise<void>;
  /**
   * Forgets everything written, and fails what is under way. To be called whenever a method has failed, lest bytes and
   * handles stay. Safe to call twice; a no-op after commit.
   */
  abort(): Promise<void>;
}

/**
 * Where blobs live: an opaque key for each, chosen by the caller (`newBlobKey`), bytes that never change.
 * It knows nothing of images, digests as names or sharing. Every driver passes `testing/blob-store.contract.ts`.
 */
export abstract class BlobStore {
  /**
   * Begins a write. `stagingId` is the caller's, unique, and names the leftover if the process dies. `expectedBytes` is
   * what will come, 0 where nobody knows: what cannot fit is refused before it is sent.
   * @throws StorageFullError, StorageUnavailableError, StorageError where the id is in use, RangeError where malformed
   */
  abstract stage(stagingId: string, expectedBytes?: number): Promise<StagedBlob>;
  /**
   * Begins a write of which all bytes are in a local file. The file becomes the store's, so it is gone from `path`; it is
   * not copied where it need not be. No further bytes are taken: `seal` hashes it.
   * @throws as `stage`; then the file may still be there
   */
  abstract stageFile(stagingId: string, path: string): Promise<StagedBlob>;
  /**
   * Makes a blob a local file, for programs that want one, and to be removed by the caller. It may be the blob itself
   * under another name: it is for reading only.
   * @throws BlobNotFoundError, StorageFullError, StorageUnavailableError, also where `path` is taken
   */
  abstract lend(key: string, path: string): Promise<void>;
  /**
   * Streams a blob or a part of it. Chunks are the reader's own, to do with as it likes (see `releaseMemory`).
   * @throws BlobNotFoundError, also where the key is malformed
   */
  abstract open(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * Frees a blob; one that is not there is fine. Readers that already opened it finish undisturbed.
   * @throws RangeError where the key is malformed
   */
  abstract delete(key: string): Promise<void>;
  /** Unfinished writes of whatever process, oldest first not promised. */
  abstract listStaged(): Promise<StagedLeftover[]>;
  /**
   * Removes an unfinished write that nobody works on any more; one that is not there is fine.
   * @throws RangeError where the id is malformed
   */
  abstract discardStaged(stagingId: string): Promise<void>;
  /** Proves that the store takes writes. @throws StorageUnavailableError */
  abstract check(): Promise<StoreHealth>;
  /** Releases threads and handles. */
  abstract close(): Promise<void>;
}

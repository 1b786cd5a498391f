import type { SealedBlob } from '../../blob-store.js';

/** What a staged write does with its file. Calls must not overlap, but for `drop`. */
export interface StagedFile {
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the file is on stable storage and its digest is known. */
  finish(): Promise<SealedBlob>;
  /** Reads back what was finished; shorter than `length` only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Lets go of everything, at any time and any number of times. What is under way fails. */
  drop(): Promise<void>;
  /** Closes what `read` needs. */
  close(): Promise<void>;
}

import { chmod, type FileHandle, open } from 'node:fs/promises';
import type { SealedBlob } from '../../blob-store.js';
import { StorageError } from '../../storage.errors.js';
import { HashThread } from './hash-thread.js';
import { readPart } from './read-part.js';
import type { StagedFile } from './staged-file.js';

/** A whole file that somebody else wrote: hashed where it is, and made durable meanwhile. Its errors are thrown as they are. */
export class AdoptedFile implements StagedFile {
  #hashing: HashThread | undefined;
  #sealed: SealedBlob | undefined;
  #file: FileHandle | undefined;

  private constructor(
    private readonly path: string,
    file: FileHandle,
  ) {
    this.#file = file;
  }

  static async open(path: string): Promise<AdoptedFile> {
    await chmod(path, 0o640);
    return new AdoptedFile(path, await open(path, 'r'));
  }

  write(): Promise<void> {
    return Promise.reject(new StorageError('The write takes no further bytes'));
  }

  async finish(): Promise<SealedBlob> {
    this.#hashing = new HashThread(this.path);
    const [sealed] = await Promise.all([this.#hashing.result, this.#file?.sync()]);
    this.#sealed = sealed;
    return sealed;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (!this.#file || !this.#sealed) throw new StorageError('There is nothing to read back');
    return readPart(this.#file, this.#sealed.sizeBytes, { offset, length });
  }

  async drop(): Promise<void> {
    await this.#hashing?.end();
    await this.close();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

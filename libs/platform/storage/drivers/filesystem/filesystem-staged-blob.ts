import { access, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertBlobKey } from '../../blob-key.js';
import type { SealedBlob, StagedBlob } from '../../blob-store.js';
import { StorageError } from '../../storage.errors.js';
import { assertByteRange } from '../byte-range.js';
import { WriteLifecycle } from '../write-lifecycle.js';
import { readFault, unlessGone, writeFault } from './filesystem.errors.js';
import type { FreeSpaceGuard } from './free-space.js';
import { syncDirectory } from './layout.js';
import type { Layout } from './layout.js';
import type { StagedFile } from './staged-file.js';

/** A write into a file of `staging`, or a whole file there. */
export class FilesystemStagedBlob implements StagedBlob {
  readonly #lifecycle = new WriteLifecycle(writeFault);
  /** Where the bytes are now. */
  #path: string;

  constructor(
    readonly stagingId: string,
    private readonly layout: Layout,
    private readonly file: StagedFile,
    private readonly guard: FreeSpaceGuard,
  ) {
    this.#path = layout.staged(stagingId);
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#lifecycle.step('writing', 'writing', async () => {
      await this.guard.pass(chunk.length);
      await this.file.write(chunk);
    });
  }

  seal(): Promise<SealedBlob> {
    return this.#lifecycle.step('writing', 'sealed', () => this.file.finish());
  }

  async read(offset: number, length: number): Promise<Buffer> {
    this.#lifecycle.requireSealed();
    assertByteRange({ offset, length });
    return this.file.read(offset, length).catch((error: unknown) => {
      throw readFault(error);
    });
  }

  async commit(key: string): Promise<void> {
    assertBlobKey(key);
    await this.#lifecycle.step('sealed', 'committed', () => this.#publish(this.layout.blob(key)));
    await this.file.close();
  }

  abort(): Promise<void> {
    return this.#lifecycle.abort(
      () => this.file.drop(),
      () => unlessGone(unlink(this.#path)),
    );
  }

  /** Keys are random, so the look before the rename is for a caller's mistake, not for a race. */
  async #publish(target: string): Promise<void> {
    if (await exists(target)) throw new StorageError('There is such a blob already');
    await this.layout.prepareDirectoryOf(target);
    await rename(this.#path, target);
    this.#path = target;
    await syncDirectory(dirname(target));
    await syncDirectory(this.layout.staging);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

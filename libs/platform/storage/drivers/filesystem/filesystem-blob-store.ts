import { constants, copyFile, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { assertBlobKey, assertStagingId, isBlobKey, isStagingId } from '../../blob-key.js';
import { BlobStore } from '../../blob-store.js';
import type { ByteRange, StagedBlob, StagedLeftover, StoreHealth } from '../../blob-store.js';
import { BlobNotFoundError, type StorageError } from '../../storage.errors.js';
import { assertByteRange } from '../byte-range.js';
import { AdoptedFile } from './adopted-file.js';
import { readBlob } from './blob-reader.js';
import { FileWriter } from './file-writer.js';
import type { WriteMachinery } from './file-writer.js';
import { FilesystemStagedBlob } from './filesystem-staged-blob.js';
import { createFault, errnoOf, readFault, unlessGone, writeFault } from './filesystem.errors.js';
import { FreeSpaceGuard, freeBytesAt } from './free-space.js';
import { Layout, syncDirectory } from './layout.js';
import { linked } from './linked.js';
import { RingPool } from './ring-pool.js';
import { WriteBack } from './write-back.js';
import { WriterPool } from './writer-pool.js';

export interface FilesystemBlobStoreOptions {
  /** The directory that holds everything; made where it is missing. One file system below it. */
  readonly root: string;
  /** Free space that writes leave on the disk; 0, the default, leaves none. */
  readonly minFreeBytes?: number;
  /** Threads that hash and write, at most, made when needed; by default a core is left to the main thread. */
  readonly writerThreads?: number;
}

/** A thread hashes and writes well over 1 GB/s, and costs some 13 MiB: more than a few bring nothing. */
function defaultThreads(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}

/** Blobs as files of one directory, safe against a power cut once `commit` has resolved. */
export class FilesystemBlobStore extends BlobStore {
  readonly #layout: Layout;
  readonly #machinery: WriteMachinery;
  readonly #minFreeBytes: number;

  private constructor(options: FilesystemBlobStoreOptions) {
    super();
    this.#layout = new Layout(options.root);
    this.#minFreeBytes = options.minFreeBytes ?? 0;
    this.#machinery = {
      threads: new WriterPool(options.writerThreads ?? defaultThreads()),
      rings: new RingPool(),
      writeBack: new WriteBack(),
    };
  }

  /** Opens the store, making its directories where they are missing. @throws StorageUnavailableError */
  static async open(options: FilesystemBlobStoreOptions): Promise<FilesystemBlobStore> {
    const store = new FilesystemBlobStore(options);
    await typed(store.#layout.prepare());
    return store;
  }

  override async stage(stagingId: string, expectedBytes = 0): Promise<StagedBlob> {
    assertStagingId(stagingId);
    const guard = new FreeSpaceGuard(() => freeBytesAt(this.#layout.staging), this.#minFreeBytes);
    await typed(guard.checkWhole(expectedBytes));
    const writer = await FileWriter.create(this.#layout.staged(stagingId), this.#machinery);
    return new FilesystemStagedBlob(stagingId, this.#layout, writer, guard);
  }

  override async stageFile(stagingId: string, path: string): Promise<StagedBlob> {
    assertStagingId(stagingId);
    const target = this.#layout.staged(stagingId);
    if (!(await linked(path, target).catch(rethrown(createFault)))) return this.#stageCopy(stagingId, path);
    await typed(unlink(path));
    const guard = new FreeSpaceGuard(() => freeBytesAt(this.#layout.staging), 0); // it takes no further room
    return new FilesystemStagedBlob(stagingId, this.#layout, await typed(AdoptedFile.open(target)), guard);
  }

  override async lend(key: string, path: string): Promise<void> {
    if (!isBlobKey(key)) throw new BlobNotFoundError('No such blob');
    const blob = this.#layout.blob(key);
    if (await linked(blob, path).catch(rethrown(readFault))) return;
    await copyFile(blob, path, constants.COPYFILE_EXCL).catch(rethrown(writeFault));
  }

  override async open(key: string, range?: ByteRange): Promise<Readable> {
    if (!isBlobKey(key)) throw new BlobNotFoundError('No such blob');
    if (range) assertByteRange(range);
    return readBlob(this.#layout.blob(key), range);
  }

  override async delete(key: string): Promise<void> {
    assertBlobKey(key);
    await typed(unlessGone(removeDurably(this.#layout.blob(key))));
  }

  override async listStaged(): Promise<StagedLeftover[]> {
    const ids = (await typed(readdir(this.#layout.staging))).filter(isStagingId);
    const leftovers = await typed(Promise.all(ids.map((id) => findLeftover(id, this.#layout.staged(id)))));
    return leftovers.filter((leftover) => leftover !== undefined);
  }

  override async discardStaged(stagingId: string): Promise<void> {
    assertStagingId(stagingId);
    await typed(unlessGone(unlink(this.#layout.staged(stagingId))));
  }

  override async check(): Promise<StoreHealth> {
    await typed(writeProbe(this.#layout.probe));
    return { freeBytes: await typed(freeBytesAt(this.#layout.staging)) };
  }

  override close(): Promise<void> {
    return this.#machinery.threads.close();
  }

  /** From another file system. */
  async #stageCopy(stagingId: string, path: string): Promise<StagedBlob> {
    const staged = await this.stage(stagingId, (await typed(stat(path))).size);
    try {
      // A stream of bytes is typed any.
      for await (const chunk of (await readBlob(path)) as AsyncIterable<Buffer>) await staged.write(chunk);
      await typed(unlink(path));
      return staged;
    } catch (error) {
      await staged.abort();
      throw error;
    }
  }
}

/** For `catch`: makes a typed error of it. */
function rethrown(fault: (cause: unknown) => StorageError): (cause: unknown) => never {
  return (cause) => {
    throw fault(cause);
  };
}

/** Waits for `call`, and makes a typed error of a failed system call. */
async function typed<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw writeFault(error);
  }
}

/** Without the sync, a power cut could bring the name back, and nobody would know of those bytes any more. */
async function removeDurably(path: string): Promise<void> {
  await unlink(path);
  await syncDirectory(dirname(path));
}

/** Undefined where the write has ended since it was listed. */
async function findLeftover(stagingId: string, path: string): Promise<StagedLeftover | undefined> {
  try {
    return { stagingId, modifiedAt: (await stat(path)).mtime };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Several processes may do so at once, under one name: whichever dies halfway, the next one cleans up. */
async function writeProbe(path: string): Promise<void> {
  await writeFile(path, 'diskyard', { flush: true });
  await unlessGone(unlink(path));
}

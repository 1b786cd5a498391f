import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';
import type { SealedBlob } from '../../blob-store.js';
import { releaseMemory } from '../../release-memory.js';
import { StorageError } from '../../storage.errors.js';
import { EarlyFlush } from './early-flush.js';
import { createFault, unlessGone, writeFault } from './filesystem.errors.js';
import { readPart } from './read-part.js';
import type { RingPool } from './ring-pool.js';
import type { StagedFile } from './staged-file.js';
import { SlotFiller } from './slot-filler.js';
import type { FilledSlot } from './slot-filler.js';
import type { WriteBack } from './write-back.js';
import type { WriterPool } from './writer-pool.js';
import type { Ring, WriterReply } from './writer-protocol.js';
import type { WriteListener, WriterThread } from './writer-thread.js';

/** What all writes of a store share. */
export interface WriteMachinery {
  readonly threads: WriterPool;
  readonly rings: RingPool;
  readonly writeBack: WriteBack;
}

let lastWriteId = 0;

/**
 * The main thread's end of one file being written: hands bytes to a writer thread, and holds the caller back when the
 * thread or the disk lags behind. Calls must not overlap, but for `drop`. Errors of its own file calls are thrown as they are.
 */
export class FileWriter implements StagedFile, WriteListener {
  readonly #writeId = ++lastWriteId;
  readonly #thread: WriterThread;
  readonly #ring: Ring;
  readonly #filler: SlotFiller;
  #file: FileHandle | undefined;
  #earlyFlush: EarlyFlush | undefined;
  #opened = false;
  #sealed: SealedBlob | undefined;
  #failure: StorageError | undefined;
  #ended = false;
  #change = Promise.withResolvers<undefined>();

  private constructor(private readonly machinery: WriteMachinery) {
    this.#thread = machinery.threads.pick();
    this.#ring = machinery.rings.take();
    this.#filler = new SlotFiller(this.#ring);
  }

  /** Creates the file `path`, which must not exist. @throws StorageFullError, StorageUnavailableError */
  static async create(path: string, machinery: WriteMachinery): Promise<FileWriter> {
    const writer = new FileWriter(machinery);
    try {
      await writer.#open(path);
      return writer;
    } catch (error) {
      await writer.drop();
      if (writer.#opened) await unlessGone(unlink(path));
      throw writeFault(error);
    }
  }

  /** Resolves when all of `chunk` is on its way to the thread. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0;) {
      await this.#until(() => this.#filler.hasRoom && this.#earlyFlush?.isBehind === false);
      rest = rest.subarray(this.#filler.put(rest));
      this.#send(this.#filler.takeFull());
    }
    releaseMemory(chunk);
  }

  /**
   * Resolves when the file is on stable storage. The last sync is the thread pool's, not the writer thread's: other
   * writes go on there meanwhile. It covers what the thread wrote, since it is the file that is synced.
   */
  async finish(): Promise<SealedBlob> {
    this.#send(this.#filler.takeRest());
    this.#thread.send({ kind: 'finish', writeId: this.#writeId });
    const sealed = await this.#until(() => this.#sealed);
    await this.#file?.sync();
    return sealed;
  }

  /** Reads back what was finished; shorter than `length` only at the end. */
  async read(offset: number, length: number): Promise<Buffer> {
    if (!this.#file || !this.#sealed) throw new StorageError('There is nothing to read back');
    return readPart(this.#file, this.#sealed.sizeBytes, { offset, length });
  }

  /** Lets go of file and thread, at any time and any number of times. A write under way fails. */
  async drop(): Promise<void> {
    this.#fail(new StorageError('The write was aborted'));
    if (!this.#ended) this.#thread.send({ kind: 'drop', writeId: this.#writeId });
    while (!this.#ended) await this.#change.promise;
    await this.close();
  }

  /** Closes what `read` needs. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  heard(reply: WriterReply): void {
    if (reply.kind === 'opened') this.#opened = true;
    if (reply.kind === 'taken') {
      this.#filler.release(reply.slot);
      this.#earlyFlush?.wrote(reply.length);
    }
    if (reply.kind === 'finished') this.#sealed = { sizeBytes: reply.sizeBytes, sha256: reply.sha256 };
    if (reply.kind === 'failed') this.#fail(this.#opened ? writeFault(reply.error) : createFault(reply.error));
    if (reply.kind === 'finished' || reply.kind === 'dropped') this.#end();
    this.#changed();
  }

  lost(error: StorageError): void {
    this.#fail(error);
    this.#end();
    this.#changed();
  }

  async #open(path: string): Promise<void> {
    this.#thread.attach(this.#writeId, this);
    this.#thread.send({ kind: 'open', writeId: this.#writeId, path, ring: this.#ring });
    await this.#until(() => this.#opened);
    this.#file = await open(path, 'r');
    this.#earlyFlush = new EarlyFlush(this.#file, this.machinery.writeBack, (error) => {
      if (error) this.#fail(writeFault(error));
      this.#changed();
    });
  }

  #send(filled: FilledSlot | undefined): void {
    if (filled) this.#thread.send({ kind: 'slot', writeId: this.#writeId, ...filled });
  }

  /** Waits until `probe` answers something; throws as soon as the write has failed. */
  async #until<T>(probe: () => T | undefined | false): Promise<T> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const answer = probe();
      if (answer !== undefined && answer !== false) return answer;
      await this.#change.promise;
    }
  }

  /** The first failure is the one that everybody hears of. */
  #fail(failure: StorageError): void {
    this.#failure ??= failure;
    this.#earlyFlush?.stop();
  }

  /** The thread touches neither file nor ring any more. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#earlyFlush?.stop();
    this.#thread.detach(this.#writeId);
    this.machinery.rings.giveBack(this.#ring);
  }

  #changed(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve(undefined);
  }
}

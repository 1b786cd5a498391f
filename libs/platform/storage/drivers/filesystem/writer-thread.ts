import { Worker } from 'node:worker_threads';
import { StorageUnavailableError } from '../../storage.errors.js';
import { workerBeside } from '#platform/threads';
import type { WriterReply, WriterRequest } from './writer-protocol.js';

/** Whoever runs a write in a thread: hears its replies, and `lost` once if the thread dies first. */
export interface WriteListener {
  heard(reply: WriterReply): void;
  lost(error: StorageUnavailableError): void;
}

const WORKER = workerBeside(import.meta.url, 'writer');

/** It handles shared memory and small messages only: a small heap keeps its garbage small, too. */
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/** One writer thread as the main thread sees it. It keeps the process alive only while it has writes. */
export class WriterThread {
  readonly #worker = new Worker(WORKER, { execArgv: [], resourceLimits: HEAP, name: 'blob-writer' });
  readonly #writes = new Map<number, WriteListener>();
  #death: StorageUnavailableError | undefined;

  /** `died` is called once, when the thread is gone for whatever reason. */
  constructor(private readonly died: (thread: WriterThread) => void) {
    this.#worker.unref();
    this.#worker.on('message', (reply: WriterReply) => this.#writes.get(reply.writeId)?.heard(reply));
    this.#worker.on('error', (cause) => this.#die(cause));
    this.#worker.on('messageerror', (cause) => void this.#worker.terminate().then(() => this.#die(cause)));
    this.#worker.once('exit', () => this.#die(undefined));
  }

  /** How many writes it serves now. */
  get load(): number {
    return this.#writes.size;
  }

  attach(writeId: number, listener: WriteListener): void {
    if (this.#death) {
      listener.lost(this.#death);
      return;
    }
    this.#writes.set(writeId, listener);
    this.#worker.ref();
  }

  detach(writeId: number): void {
    this.#writes.delete(writeId);
    if (this.#writes.size === 0) this.#worker.unref();
  }

  send(request: WriterRequest): void {
    this.#worker.postMessage(request);
  }

  /** Ends the thread; its writes are `lost`. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #die(cause: unknown): void {
    if (this.#death) return;
    const death = new StorageUnavailableError('The writer thread ended', { cause });
    this.#death = death;
    this.died(this);
    const writes = [...this.#writes.values()];
    this.#writes.clear();
    for (const write of writes) write.lost(death);
  }
}

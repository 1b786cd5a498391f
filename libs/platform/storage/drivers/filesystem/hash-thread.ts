import { Worker } from 'node:worker_threads';
import type { SealedBlob } from '../../blob-store.js';
import { StorageUnavailableError } from '../../storage.errors.js';
import { workerBeside } from '#platform/threads';

const WORKER = workerBeside(import.meta.url, 'hash');

/** A thread that hashes one file: a large one takes minutes, in which the main thread has other things to do. */
export class HashThread {
  readonly result: Promise<SealedBlob>;
  private readonly worker: Worker;

  constructor(path: string) {
    this.worker = new Worker(WORKER, { execArgv: [], workerData: path, name: 'blob-hasher' });
    this.result = new Promise((resolve, reject) => {
      this.worker.once('message', resolve);
      this.worker.once('error', reject);
      this.worker.once('exit', () => reject(new StorageUnavailableError('The hashing thread ended')));
    });
    this.result.catch(() => undefined); // whoever ends it asks no more
  }

  /** Whatever it has come to. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

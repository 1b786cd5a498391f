import { StorageUnavailableError } from '../../storage.errors.js';
import { WriterThread } from './writer-thread.js';

/** Writer threads, made as writes need them and then kept; with all of them busy, writes share the least busy one. */
export class WriterPool {
  readonly #threads = new Set<WriterThread>();
  #closed = false;

  constructor(private readonly maxThreads: number) {}

  /** @throws StorageUnavailableError once closed */
  pick(): WriterThread {
    if (this.#closed) throw new StorageUnavailableError('The store is closed');
    const [leastBusy] = [...this.#threads].sort((a, b) => a.load - b.load);
    if (leastBusy && (leastBusy.load === 0 || this.#threads.size >= this.maxThreads)) return leastBusy;
    const thread = new WriterThread((dead) => this.#threads.delete(dead));
    this.#threads.add(thread);
    return thread;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }
}

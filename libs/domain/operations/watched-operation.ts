import type { OperationStatus } from './operation.js';

/** One operation as those in this process see it who wait for what becomes of it. */
export class WatchedOperation {
  private current: number;
  private status: Promise<OperationStatus> | undefined;
  private readonly waiting = new Set<() => void>();

  /** @param nextVersion - grows with each call, and never gives what it gave before */
  constructor(private readonly nextVersion: () => number) {
    this.current = nextVersion();
  }

  /** Grows with each change. */
  get version(): number {
    return this.current;
  }

  /** What `read` gives, asked once since the last change however many ask. */
  shared(read: () => Promise<OperationStatus>): Promise<OperationStatus> {
    if (this.status) return this.status;
    const status = read();
    this.status = status;
    status.catch(() => {
      if (this.status === status) this.status = undefined; // a failure is its reader's alone: whoever comes next asks again
    });
    return status;
  }

  /** Resolves at the first change after `version`; or after `timeoutMs`, or once `signal` fires. */
  changed(version: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.version !== version || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done);
      this.waiting.add(done);
    });
  }

  /** Something has changed; or may have, where a message of it was lost. */
  wake(): void {
    this.current = this.nextVersion();
    this.status = undefined;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

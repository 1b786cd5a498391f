import { Injectable } from '@nestjs/common';
import { Notifications } from '#platform/database';
import type { OperationStatus } from './operation.js';
import { CHANGES } from './operation-channels.js';

interface Watched {
  version: number;
  watchers: number;
  readonly waiting: Set<() => void>;
  /** The status as somebody asked for it since the last change. */
  status: Promise<OperationStatus> | undefined;
}

/** Somebody's eye on one operation; to be closed. */
export interface Watch {
  /** Grows with each change. */
  readonly version: number;
  /** What `read` gives, asked once since the last change however many ask. */
  shared(read: () => Promise<OperationStatus>): Promise<OperationStatus>;
  /** Resolves at the first change after `version`; or after `timeoutMs`, or once `signal` fires. */
  changed(version: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** As if something had changed: a message may have been lost. */
  refresh(): void;
  close(): void;
}

/** Tells whoever waits in this process of changes that any process made. */
@Injectable()
export class OperationWatch {
  private readonly watched = new Map<number, Watched>();
  private listening: Promise<unknown> | undefined;
  /** Grows through all operations, so that no version comes twice. */
  private lastVersion = 0;

  constructor(private readonly notifications: Notifications) {}

  async open(id: number): Promise<Watch> {
    await this.listen();
    const state = this.watched.get(id) ?? {
      version: ++this.lastVersion,
      watchers: 0,
      waiting: new Set(),
      status: undefined,
    };
    this.watched.set(id, state);
    state.watchers += 1;
    return {
      get version() {
        return state.version;
      },
      shared: (read) => shareStatus(state, read),
      refresh: () => this.wake(state),
      changed: (version, timeoutMs, signal) => waitFor(state, version, timeoutMs, signal),
      close: () => {
        state.watchers -= 1;
        if (state.watchers === 0) this.watched.delete(id);
      },
    };
  }

  private listen(): Promise<unknown> {
    this.listening ??= this.notifications.listen(CHANGES, {
      onMessage: (id) => this.wake(this.watched.get(Number(id))),
      onGap: () => this.watched.forEach((state) => this.wake(state)),
    });
    this.listening.catch(() => (this.listening = undefined));
    return this.listening;
  }

  private wake(state: Watched | undefined): void {
    if (!state) return;
    state.version = ++this.lastVersion;
    state.status = undefined;
    const waiting = [...state.waiting];
    state.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

/** A failure is its reader's alone: whoever comes next asks again. */
function shareStatus(state: Watched, read: () => Promise<OperationStatus>): Promise<OperationStatus> {
  if (state.status) return state.status;
  const status = read();
  state.status = status;
  status.catch(() => {
    if (state.status === status) state.status = undefined;
  });
  return status;
}

function waitFor(state: Watched, version: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
  if (state.version !== version || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      state.waiting.delete(done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    signal.addEventListener('abort', done);
    state.waiting.add(done);
  });
}

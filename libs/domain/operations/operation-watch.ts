import { Injectable } from '@nestjs/common';
import { Notifications } from '#platform/database';
import { CHANGES } from './operation-channels.js';
import { WatchedOperation } from './watched-operation.js';

interface Watched {
  readonly operation: WatchedOperation;
  watchers: number;
}

/** Somebody's eye on one operation; to be closed. */
export interface Watch {
  readonly operation: WatchedOperation;
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
      operation: new WatchedOperation(() => ++this.lastVersion),
      watchers: 0,
    };
    this.watched.set(id, state);
    state.watchers += 1;
    return {
      operation: state.operation,
      close: () => {
        state.watchers -= 1;
        if (state.watchers === 0) this.watched.delete(id);
      },
    };
  }

  private listen(): Promise<unknown> {
    this.listening ??= this.notifications.listen(CHANGES, {
      onMessage: (id) => this.watched.get(Number(id))?.operation.wake(),
      onGap: () => this.watched.forEach(({ operation }) => operation.wake()),
    });
    this.listening.catch(() => (this.listening = undefined));
    return this.listening;
  }
}

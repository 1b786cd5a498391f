import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { hasEnded, type OperationStatus } from './operation.js';
import { LogBatches } from './log-batches.js';
import type { LogBatch } from './log-batch.js';
import { OperationsRepository } from './operations.repository.js';
import { OperationsService } from './operations.service.js';
import { OperationWatch, type Watch } from './operation-watch.js';

/** A reader hears of what a lost message would have told after this long at the latest. */
const QUIET_MS = 15_000;

export interface LogQuery {
  /** The line to begin with. */
  readonly offset: number;
  /** Whether to wait for what comes; else what is there is all. */
  readonly follow: boolean;
}

/** What a reader is told: lines, that nothing has come for a while, or that nothing comes any more. */
export type LogEvent =
  | { readonly kind: 'lines'; readonly batch: LogBatch }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'end'; readonly status: OperationStatus };

/** Reading logs, as they grow, by any number of readers. */
@Injectable()
export class OperationLogsService {
  constructor(
    private readonly service: OperationsService,
    private readonly operations: OperationsRepository,
    private readonly batches: LogBatches,
    private readonly watches: OperationWatch,
  ) {}

  /**
   * Lines from `offset` on, to the end of the work; no faster than they are taken. Ends early once `signal` fires.
   * @throws DomainError `not_found` where the caller may not see the operation, before anything is given
   */
  async follow(
    principal: Principal,
    id: number,
    query: LogQuery,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<LogEvent>> {
    await this.service.get(principal, id);
    return this.events(id, query, signal);
  }

  /** As `follow`, of an operation whose log the caller was found to be allowed to see. */
  followShown(id: number, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogEvent> {
    return this.events(id, query, signal);
  }

  private async *events(id: number, { offset, follow }: LogQuery, signal: AbortSignal): AsyncGenerator<LogEvent> {
    const watch = await this.watches.open(id);
    try {
      for (let line = offset; !signal.aborted;) {
        const { version } = watch;
        const status = await watch.shared(() => this.readStatus(id));
        const batch = await this.batches.read(id, line, version); // after the status: what ended writes no more
        if (batch) {
          yield { kind: 'lines', batch };
          line = batch.nextLine;
        } else if (hasEnded(status) || !follow) {
          yield { kind: 'end', status };
          return;
        } else if (await this.isQuiet(watch, version, signal)) yield { kind: 'quiet' };
      }
    } finally {
      watch.close();
    }
  }

  /** Waits for a change after `version`; true where none has come for a while, or its message was lost. */
  private async isQuiet(watch: Watch, version: number, signal: AbortSignal): Promise<boolean> {
    await watch.changed(version, QUIET_MS, signal);
    if (watch.version !== version) return false;
    watch.refresh();
    return true;
  }

  /** An operation that is gone has been cancelled, with its image. */
  private async readStatus(id: number): Promise<OperationStatus> {
    return (await this.operations.findStatus(id)) ?? 'cancelled';
  }
}

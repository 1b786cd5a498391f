import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { hasEnded, type OperationStatus } from './operation.js';
import { LogBatches } from './log-batches.js';
import type { LogBatch } from './log-batch.js';
import { OperationsRepository } from './operations.repository.js';
import { OperationsService } from './operations.service.js';
import { OperationWatch } from './operation-watch.js';

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
  private readonly asked = new Map<number, Promise<OperationStatus>>();

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
    const { status } = await this.service.get(principal, id);
    return this.events(id, status, query, signal);
  }

  private async *events(
    id: number,
    before: OperationStatus,
    { offset, follow }: LogQuery,
    signal: AbortSignal,
  ): AsyncGenerator<LogEvent> {
    const watch = await this.watches.open(id);
    try {
      let status = before;
      for (let line = offset; !signal.aborted;) {
        const { version } = watch;
        const batch = await this.batches.read(id, line);
        if (batch) {
          yield { kind: 'lines', batch };
          line = batch.nextLine;
        }
        const isOver = hasEnded(status) || !follow; // known before the lines were read: these are all
        if (isOver && !batch) {
          yield { kind: 'end', status };
          return;
        }
        if (isOver || batch?.hasMore) continue;
        await watch.changed(version, QUIET_MS, signal);
        if (watch.version === version) yield { kind: 'quiet' };
        status = await this.readStatus(id);
      }
    } finally {
      watch.close();
    }
  }

  /** For all readers that wake at once. An operation that is gone has been cancelled, with its image. */
  private readStatus(id: number): Promise<OperationStatus> {
    const asked = this.asked.get(id);
    if (asked) return asked;
    const asking = this.operations
      .findStatus(id)
      .then((status) => status ?? 'cancelled')
      .finally(() => this.asked.delete(id));
    this.asked.set(id, asking);
    return asking;
  }
}

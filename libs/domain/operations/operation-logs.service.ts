import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { LogBatches } from './log-batches.js';
import { type LogEvent, logEvents, type LogQuery, type LogReads } from './log-events.js';
import type { OperationStatus } from './operation.js';
import { OperationsRepository } from './operations.repository.js';
import { OperationsService } from './operations.service.js';
import { OperationWatch } from './operation-watch.js';

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

  private async *events(id: number, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogEvent> {
    const watch = await this.watches.open(id);
    const reads: LogReads = {
      status: () => this.readStatus(id),
      lines: (fromLine, version) => this.batches.read(id, fromLine, version),
    };
    try {
      yield* logEvents(watch.operation, reads, query, signal);
    } finally {
      watch.close();
    }
  }

  /** An operation that is gone has been cancelled, with its image. */
  private async readStatus(id: number): Promise<OperationStatus> {
    return (await this.operations.findStatus(id)) ?? 'cancelled';
  }
}

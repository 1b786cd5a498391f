import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { databaseAway } from '#platform/database';
import { Attempt } from './attempt.js';
import { OperationHandlers } from './operation-handlers.js';
import { OperationLogs } from './operation-logs.js';
import { OperationMoves } from './operation-moves.js';
import type { ClaimedOperation } from './operation.js';
import { CANCELLED, ClaimLostError, RetryableError, WorkAbortedError } from './operations.errors.js';
import { OperationClaimsRepository } from './operation-claims.repository.js';

/** No attempt waits longer for the next. */
const MAX_BACKOFF_S = 600;

/** Does operations, an attempt at a time, and sees to it that each comes to an end that people can read. */
@Injectable()
export class OperationRunner {
  private readonly logger = new Logger(OperationRunner.name);
  private readonly running = new Map<number, { readonly attempt: Attempt; readonly done: Promise<void> }>();

  /** Those that it is taking: in the database they may be its own before it knows. */
  private readonly beginning = new Set<number>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly claims: OperationClaimsRepository,
    private readonly moves: OperationMoves,
    private readonly handlers: OperationHandlers,
    private readonly logs: OperationLogs,
    private readonly config: Config,
  ) {}

  /** Whether this process works on it, or is about to. */
  isActive(id: number): boolean {
    return this.beginning.has(id) || this.running.has(id);
  }

  /** Makes an attempt, if the operation waits for one. Never throws. */
  async run(id: number): Promise<void> {
    try {
      if (this.isStopping() || this.isActive(id)) return;
      this.beginning.add(id);
      const operation = await this.moves.begin(id);
      if (!operation) return;
      const log = this.logs.open(id);
      const attempt = new Attempt(operation, log, this.moves, this.claims, this.logger);
      if (this.isStopping()) attempt.abort('shutdown'); // asked for while it was taken
      const done = this.attempt(attempt).finally(() => this.running.delete(id));
      this.running.set(id, { attempt, done });
      this.beginning.delete(id);
      await done;
      await this.logs.archive(id);
    } catch (error) {
      this.logger.error({ err: error, operationId: id }, 'an operation could not be moved; the next sweep does it');
    } finally {
      this.beginning.delete(id);
    }
  }

  /** Stops one that this process works on, if it does. */
  cancel(id: number): void {
    this.running.get(id)?.attempt.abort('cancelled');
  }

  /** Lets others have what this process works on, and takes nothing more. */
  async handBack(): Promise<void> {
    this.stopping.abort();
    const all = [...this.running.values()];
    for (const { attempt } of all) attempt.abort('shutdown');
    await Promise.allSettled(all.map(({ done }) => done));
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async attempt(attempt: Attempt): Promise<void> {
    const { operation, log } = attempt;
    if (operation.attempts > 1) log.write(`Attempt ${operation.attempts} of ${operation.maxAttempts}`);
    attempt.start();
    try {
      await this.handlers.of(operation.kind).run(attempt);
      await log.close();
    } catch (error) {
      await this.settle(attempt, reasonOf(attempt, error));
    } finally {
      attempt.stop();
    }
  }

  private async settle({ operation, log }: Attempt, error: unknown): Promise<void> {
    if (error instanceof ClaimLostError || (error instanceof WorkAbortedError && error.why === 'lost')) {
      return log.close();
    }
    if (error instanceof WorkAbortedError && error.why === 'shutdown') {
      log.write('The worker shuts down; another goes on');
      await log.close();
      return this.moves.putBack(operation, { after: new Date(), error: null, isFree: true });
    }
    if (error instanceof WorkAbortedError) {
      log.write(CANCELLED);
      await log.close();
      return this.moves.fail(operation, 'cancelled', CANCELLED);
    }
    const reason = log.masked(this.describe(operation, error));
    const isWorthIt = error instanceof RetryableError || databaseAway(error) !== undefined;
    if (isWorthIt && operation.attempts < operation.maxAttempts) {
      const after = this.nextAttempt(operation);
      log.write(`${reason}. It is tried again at ${after.toISOString()}`);
      await log.close();
      return this.moves.putBack(operation, { after, error: reason, isFree: false });
    }
    log.write(reason);
    await log.close();
    await this.moves.fail(operation, 'failed', reason);
  }

  private describe({ id, kind }: ClaimedOperation, thrown: unknown): string {
    const error = databaseAway(thrown) ?? thrown;
    if (error instanceof DomainError || error instanceof RetryableError) return error.message;
    this.logger.error({ err: error, operationId: id, kind }, 'an operation failed for a reason of ours');
    return `Something went wrong inside the server; its log tells more, under operation ${id}`;
  }

  private nextAttempt({ attempts }: ClaimedOperation): Date {
    const seconds = Math.min(this.config.operationRetrySeconds * 2 ** (attempts - 1), MAX_BACKOFF_S);
    return new Date(Date.now() + seconds * 1000);
  }
}

/** What is thrown by work that was told to stop is mostly about that. */
function reasonOf({ signal }: Attempt, error: unknown): unknown {
  return signal.aborted && !(error instanceof ClaimLostError) ? signal.reason : error;
}

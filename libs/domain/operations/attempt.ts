import { type Logger } from '@nestjs/common';
import type { LogWriter } from './log-writer.js';
import type { ClaimedOperation } from './operation.js';
import type { OperationMoves } from './operation-moves.js';
import { WorkAbortedError } from './operations.errors.js';
import type { OperationClaimsRepository, Progress } from './operation-claims.repository.js';
import type { Work } from './work.js';

/** How often an attempt says how far it is, and looks whether it should go on. */
const BEAT_MS = 1_000;

/** One attempt at an operation by this process. */
export class Attempt implements Work {
  private readonly controller = new AbortController();
  private progress: Progress = { percent: 0, doneBytes: 0, totalBytes: null };
  private beat: NodeJS.Timeout | undefined;
  private isNoting = false;

  constructor(
    readonly operation: ClaimedOperation,
    readonly log: LogWriter,
    private readonly moves: OperationMoves,
    private readonly claims: OperationClaimsRepository,
    private readonly logger: Logger,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  report(progress: Progress): void {
    this.progress = progress;
  }

  async succeed(result: () => Promise<void>): Promise<void> {
    this.signal.throwIfAborted();
    await this.log.flush();
    await this.moves.succeed(this.operation, result);
  }

  abort(why: WorkAbortedError['why']): void {
    this.controller.abort(new WorkAbortedError(why));
  }

  start(): void {
    this.beat = setInterval(() => void this.note(), BEAT_MS);
  }

  stop(): void {
    clearInterval(this.beat);
  }

  private async note(): Promise<void> {
    if (this.isNoting) return;
    this.isNoting = true;
    try {
      const noted = await this.claims.noteProgress(this.operation, this.progress);
      if (!noted) this.abort('lost');
      else if (noted.isCancelled) this.abort('cancelled');
    } catch (error) {
      this.logger.warn({ err: error, operationId: this.operation.id }, 'cannot note how far an operation is');
    } finally {
      this.isNoting = false;
    }
  }
}

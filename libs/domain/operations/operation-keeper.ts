import { Injectable, Logger } from '@nestjs/common';
import { LogArchive } from './log-archive.js';
import { OperationHandlers } from './operation-handlers.js';
import { OperationMoves } from './operation-moves.js';
import { OperationRunner } from './operation-runner.js';

/** How soon a lost worker is noticed, and a lost job found. */
const EVERY_MS = 5_000;

/** Looks after operations whose worker was lost, jobs that went with one, logs that it left behind, and what is due. */
@Injectable()
export class OperationKeeper {
  private readonly logger = new Logger(OperationKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly moves: OperationMoves,
    private readonly archive: LogArchive,
    private readonly runner: OperationRunner,
    private readonly handlers: OperationHandlers,
  ) {}

  start(): void {
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Never throws: what fails is tried again the next time. */
  sweep(): Promise<void> {
    this.sweeping ??= this.sweepOnce().finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  private async sweepOnce(): Promise<void> {
    try {
      const lost = await this.moves.settleLost((id) => this.runner.isActive(id));
      if (lost > 0) this.logger.warn({ operations: lost }, 'took over operations whose worker was lost');
      await this.moves.enqueueDue();
      await this.archive.sweep();
      for (const handler of this.handlers.all) await handler.keep();
    } catch (error) {
      this.logger.warn({ err: error }, 'could not look after operations; trying again');
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Notifications } from '#platform/database';
import { JobQueue } from '#platform/jobs';
import { queueOf } from './operation.js';
import { CANCELS } from './operation-channels.js';
import { OperationHandlers } from './operation-handlers.js';
import { OperationKeeper } from './operation-keeper.js';
import { OperationRunner } from './operation-runner.js';

/** Takes operations from the queue and does them. A process that only answers requests never starts it. */
@Injectable()
export class OperationWorker {
  constructor(
    private readonly jobs: JobQueue,
    private readonly handlers: OperationHandlers,
    private readonly runner: OperationRunner,
    private readonly keeper: OperationKeeper,
    private readonly notifications: Notifications,
  ) {}

  /** @param concurrency - how many operations of each kind at once, where the kind has no limit of its own */
  async start(concurrency: number): Promise<void> {
    await this.notifications.listen(CANCELS, {
      onMessage: (id) => this.runner.cancel(Number(id)),
      onGap: () => undefined, // each attempt also looks by itself
    });
    for (const { kind, concurrency: most } of this.handlers.all) {
      await this.jobs.work(queueOf(kind), Math.min(concurrency, most), ({ id }) => this.runner.run(id));
    }
    this.keeper.start();
  }

  /** Takes no more, and gives what is not done back to the queue. */
  async stop(): Promise<void> {
    await this.keeper.stop();
    await Promise.all([this.jobs.stopWorking(), this.runner.handBack()]);
  }
}

import { Global, Module, type OnModuleDestroy } from '@nestjs/common';
import { HourlyWork } from './hourly-work.js';
import { JobQueue } from './job-queue.js';

/** The process's way to the queue, and its hourly work. */
@Global()
@Module({ providers: [HourlyWork, JobQueue], exports: [HourlyWork, JobQueue] })
export class JobsModule implements OnModuleDestroy {
  constructor(private readonly queue: JobQueue) {}

  async onModuleDestroy(): Promise<void> {
    await this.queue.close();
  }
}

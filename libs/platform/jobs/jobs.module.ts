import { Global, Module, type OnModuleDestroy } from '@nestjs/common';
import { JobQueue } from './job-queue.js';

/** The process's way to the queue. */
@Global()
@Module({ providers: [JobQueue], exports: [JobQueue] })
export class JobsModule implements OnModuleDestroy {
  constructor(private readonly queue: JobQueue) {}

  async onModuleDestroy(): Promise<void> {
    await this.queue.close();
  }
}

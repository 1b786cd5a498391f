import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HourlyTask } from './hourly-task.js';

/** Work that keeps things in order and can wait: each process does it before it takes requests, and then about every hour. */
@Injectable()
export class HourlyWork implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(HourlyWork.name);
  private readonly tasks: HourlyTask[] = [];

  /** To be called by constructors. @param name - what it does, for the log */
  add(name: string, work: () => Promise<void>): HourlyTask {
    const task = new HourlyTask(name, work, this.logger);
    this.tasks.push(task);
    return task;
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const task of this.tasks) await task.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}

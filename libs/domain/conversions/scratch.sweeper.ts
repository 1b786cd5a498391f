import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { OperationsService } from '#domain/operations';
import { Scratch } from './scratch.js';

const EVERY_MS = 3_600_000;

/** Removes the folders of attempts whose process died: at start and every hour. */
@Injectable()
export class ScratchSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ScratchSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly scratch: Scratch,
    private readonly operations: OperationsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never throws. The folders first: one that is made later belongs to work that is not asked about. */
  async sweep(): Promise<void> {
    try {
      const folders = await this.scratch.list();
      const atWork = await this.operations.findAtWork(folders.map(({ operationId }) => operationId));
      for (const folder of folders) if (!atWork.has(folder.operationId)) await this.scratch.remove(folder);
    } catch (error) {
      this.logger.error({ err: error }, 'the sweep for folders of lost work failed; it is tried again in an hour');
    }
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '#platform/config';
import { Scratch } from '#domain/conversions';
import { PendingImagesService } from '#domain/images';
import { OperationHandler, OperationHandlers, type OperationStatus, type Work } from '#domain/operations';
import { BuildRunner } from './build-runner.js';
import { fromBuild } from './builds.errors.js';

const IMAGE_STATUS = { queued: 'pending', running: 'processing', failed: 'failed', cancelled: 'failed' } as const;

/** Makes an image of a Dockerfile. What was sent stays until it is made: it can be retried. */
@Injectable()
export class BuildHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'build';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly images: PendingImagesService,
    private readonly runner: BuildRunner,
    private readonly scratch: Scratch,
    private readonly config: Config,
  ) {
    super();
  }

  override get concurrency(): number {
    return this.config.buildConcurrency;
  }

  override get perAuthor(): number {
    return this.config.buildsPerUser;
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    try {
      await this.scratch.during(work.operation.id, (dir) => this.runner.run(work, dir));
    } catch (error) {
      throw fromBuild(error);
    }
  }

  moved(imageId: number, status: Exclude<OperationStatus, 'succeeded'>, reason: string | null): Promise<void> {
    return this.images.move(imageId, IMAGE_STATUS[status], reason);
  }
}

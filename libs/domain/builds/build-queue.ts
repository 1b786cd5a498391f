import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { ImageBuilder } from '#platform/image-builder';
import { OperationsService } from '#domain/operations';
import { fromBuild } from './builds.errors.js';
import { type BuildRecipe, BuildsRepository } from './builds.repository.js';

/** Notes what is to be built, with the operation that builds it. */
@Injectable()
export class BuildQueue {
  private isProven = false;

  constructor(
    private readonly builds: BuildsRepository,
    private readonly operations: OperationsService,
    private readonly builder: ImageBuilder,
    private readonly config: Config,
  ) {}

  /**
   * Nothing is asked where other processes do the work: they are the ones to have it. What was found once stays found.
   * @throws DomainError `unavailable` that names what is missing on this machine
   */
  async assertWorked(): Promise<void> {
    if (this.config.workerConcurrency === 0 || this.isProven) return;
    try {
      await this.builder.assertAvailable();
    } catch (error) {
      throw fromBuild(error);
    }
    this.isProven = true;
  }

  /** Inside the transaction that makes the image. The operation's id. */
  async add(imageId: number, authorId: number, recipe: BuildRecipe): Promise<number> {
    await this.builds.insert(imageId, recipe);
    const { operationAttempts: maxAttempts } = this.config;
    return this.operations.enqueue({ kind: 'build', imageId, authorId, input: {}, maxAttempts });
  }
}

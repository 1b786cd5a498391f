import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { OperationsService } from '#domain/operations';
import { type BuildRecipe, BuildsRepository } from './builds.repository.js';

/** Notes what is to be built, with the operation that builds it. */
@Injectable()
export class BuildQueue {
  constructor(
    private readonly builds: BuildsRepository,
    private readonly operations: OperationsService,
    private readonly config: Config,
  ) {}

  /** Inside the transaction that makes the image. The operation's id. */
  async add(imageId: number, authorId: number, recipe: BuildRecipe): Promise<number> {
    await this.builds.insert(imageId, recipe);
    const { operationAttempts: maxAttempts } = this.config;
    return this.operations.enqueue({ kind: 'build', imageId, authorId, input: {}, maxAttempts });
  }
}

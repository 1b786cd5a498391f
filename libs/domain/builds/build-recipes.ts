import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { type ImageReference, ImagesService } from '#domain/images';
import { notBuilt } from './builds.errors.js';
import { type Build, BuildsRepository } from './builds.repository.js';

/** What images were built of. */
@Injectable()
export class BuildRecipes {
  constructor(
    private readonly images: ImagesService,
    private readonly builds: BuildsRepository,
  ) {}

  /** @throws DomainError `not_found`, also for an image that was not built, or that the caller may not see */
  async get(principal: Principal, reference: ImageReference | undefined): Promise<{ imageId: number; build: Build }> {
    const { id: imageId } = await this.images.get(principal, reference);
    const build = await this.builds.find(imageId);
    if (!build) throw notBuilt();
    return { imageId, build };
  }

  /** Those of images that the caller was shown, by image. */
  async listOf(imageIds: readonly number[]): Promise<ReadonlyMap<number, Build>> {
    return new Map(await this.builds.list(imageIds));
  }
}

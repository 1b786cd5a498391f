import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { imageFacts, type ImageReference, ImagesService } from '#domain/images';
import { may } from '#domain/permissions';
import { notBuilt } from './builds.errors.js';
import { type Build, BuildsRepository } from './builds.repository.js';

/** What images were built of. */
@Injectable()
export class BuildRecipes {
  constructor(
    private readonly images: ImagesService,
    private readonly builds: BuildsRepository,
  ) {}

  /**
   * For whom a role lets read the image: that it is public shows nobody how it was made.
   * @throws DomainError `not_found`, also for an image that was not built, or that the caller may not see
   */
  async get(principal: Principal, reference: ImageReference | undefined): Promise<{ imageId: number; build: Build }> {
    const image = await this.images.get(principal, reference);
    const build = may(principal, 'image:read', imageFacts(image)) ? await this.builds.find(image.id) : undefined;
    if (!build) throw notBuilt();
    return { imageId: image.id, build };
  }

  /** Those of images, by image: for what a dialect shows of them to anybody. */
  async listOf(imageIds: readonly number[]): Promise<ReadonlyMap<number, Build>> {
    return new Map(await this.builds.list(imageIds));
  }
}

import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, type Principal, userIdOf } from '#kernel';
import { BuildRecipes } from '#domain/builds';
import { ImagesService, type ImageView } from '#domain/images';
import { OperationsService } from '#domain/operations';
import type { AskedImage } from './image-key.js';
import { type DescribedImage, isPublic } from './image.presenter.js';

const notFound = (): DomainError => new DomainError('not_found', 'Image not found, or does not belong to you');

/** What a caller sees in this dialect: what they own, and what is public. */
@Injectable()
export class ImageCatalogue {
  constructor(
    private readonly images: ImagesService,
    private readonly operations: OperationsService,
    private readonly builds: BuildRecipes,
  ) {}

  /** @throws DomainError `not_found`, also for one that the caller may not see */
  async get(caller: Principal, asked: AskedImage | undefined): Promise<ImageView> {
    const image = asked && (await this.images.find(caller, asked.key));
    if (!asked || !image) throw notFound();
    const isMeant = asked.owner === undefined || asked.owner === image.user.username;
    if (!isMeant || !(isOf(caller, image) || isPublic(image))) throw notFound();
    return image;
  }

  /** @throws DomainError `not_found`, also for another's; `conflict` for one that is protected */
  async delete(caller: AuthenticatedPrincipal, asked: AskedImage | undefined): Promise<ImageView> {
    const image = await this.get(caller, asked);
    if (!isOf(caller, image)) throw notFound();
    await this.images.delete(caller, { kind: 'id', id: image.id });
    return image;
  }

  /** Images that the caller was shown, with how they were made. */
  async describe(images: readonly ImageView[]): Promise<DescribedImage[]> {
    const ids = images.map(({ id }) => id);
    const [makings, builds] = await Promise.all([this.operations.listMakings(ids), this.builds.listOf(ids)]);
    return images.map((image) => ({ image, making: makings.get(image.id), build: builds.get(image.id) }));
  }

  async describeOne(image: ImageView): Promise<DescribedImage> {
    const [described] = await this.describe([image]);
    return described ?? { image, making: undefined, build: undefined };
  }
}

export function isOf(caller: Principal, image: ImageView): boolean {
  return image.user.id === userIdOf(caller);
}

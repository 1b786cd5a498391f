import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { NamespaceTrees } from '#domain/namespaces';
import { assertMayOwn } from './image-owner.policy.js';
import { ImageRegistrar, type PendingImage } from './image-registrar.js';
import type { ImageStatus } from './image-status.js';
import { ImagesRepository } from './images.repository.js';
import type { NewImage } from './new-image.js';
import { ReferenceReserver } from './reference-reserver.js';
import { UploadReceiver } from './upload-receiver.js';

/** Images that are there before their bytes: an operation brings these. */
@Injectable()
export class PendingImagesService {
  constructor(
    private readonly trees: NamespaceTrees,
    private readonly reserver: ReferenceReserver,
    private readonly receiver: UploadReceiver,
    private readonly registrar: ImageRegistrar,
    private readonly images: ImagesRepository,
  ) {}

  /**
   * Makes one, with its operation, and returns its id.
   * @throws DomainError `invalid`, `forbidden`, `conflict`, `quota_exceeded`, `not_found`
   */
  async create(
    principal: AuthenticatedPrincipal,
    input: NewImage,
    making: Pick<PendingImage, 'facts' | 'enqueue'>,
  ): Promise<number> {
    const image = this.receiver.check(input);
    const target = image.namespace === undefined ? undefined : await this.trees.resolve(principal, image.namespace);
    if (!target) assertMayOwn(principal);
    await this.reserver.assertFree(principal, image, target);
    return this.registrar.registerPending(principal, { image, target, ...making });
  }

  /** In the transaction that moves its operation; nothing happens to one that is gone, or whole. */
  async move(imageId: number, status: Exclude<ImageStatus, 'available'>, reason: string | null): Promise<void> {
    await this.images.move(imageId, status, reason);
  }
}

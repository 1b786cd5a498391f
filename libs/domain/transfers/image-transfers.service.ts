import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { imageFacts, type ImageReference, ImagesService, type ImageView, referenceOf } from '#domain/images';
import { Handover } from './handover.js';
import { Receivers } from './receivers.js';
import { alreadyTheirs, movedMeanwhile, wouldClash } from './transfers.errors.js';
import { assertMayGive } from './transfer.policy.js';
import { type Receiver, TransfersRepository } from './transfers.repository.js';

/** Giving one image to another user or team; it leaves its tree, if it is in one. */
@Injectable()
export class ImageTransfersService {
  constructor(
    private readonly transfers: TransfersRepository,
    private readonly receivers: Receivers,
    private readonly images: ImagesService,
    private readonly handover: Handover,
  ) {}

  /**
   * All or nothing.
   * @returns the image as the caller sees it afterwards; undefined where they do not see it any more
   * @throws DomainError `not_found`, `forbidden`, `invalid`, `conflict` (the receiver has one of that name), `quota_exceeded`
   */
  async transfer(
    principal: AuthenticatedPrincipal,
    reference: ImageReference | undefined,
    to: string,
  ): Promise<ImageView | undefined> {
    const image = await this.images.get(principal, reference);
    assertMayGive(principal, 'image', imageFacts(image));
    const receiver = await this.receivers.resolve(principal, to, 'image:write');
    if (receiver.id === image.user.id) throw alreadyTheirs();
    await this.giveAllOrNothing(principal, image, receiver);
    return this.images.find(principal, { kind: 'id', id: image.id });
  }

  private async giveAllOrNothing(principal: AuthenticatedPrincipal, image: ImageView, to: Receiver): Promise<void> {
    try {
      await this.handover.transaction(() => this.give(principal, image, to));
    } catch (error) {
      if (violatedUniqueConstraint(error) === undefined) throw error;
      throw wouldClash(await this.transfers.findImageClashes(image.id, to));
    }
  }

  private async give(principal: AuthenticatedPrincipal, image: ImageView, to: Receiver): Promise<void> {
    const { id, user, namespace } = image;
    const rootId = namespace?.rootId ?? null;
    const place = await this.transfers.lockImage(id, rootId);
    if (place?.userId !== user.id || place.rootNamespaceId !== rootId) throw movedMeanwhile();
    await this.receivers.hold(to);
    await this.transfers.giveImage(id, to);
    const target = { kind: 'image', id, name: referenceOf(image) };
    await this.handover.complete(principal, { target, from: user.username, to, arrival: { imageId: id } });
  }
}

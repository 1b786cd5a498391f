import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, mayEverywhere } from '#kernel';
import { Database, violatedUniqueConstraint } from '#platform/database';
import { type ImageReference, ImagesService, type ImageView } from '#domain/images';
import { owns } from '#domain/permissions';
import { Receivers } from './receivers.js';
import { alreadyTheirs, movedMeanwhile, noSuchReceiver, ownersOnly, wouldClash } from './transfers.errors.js';
import { type Receiver, TransfersRepository } from './transfers.repository.js';

/** Giving one image to another user or team; it leaves its tree, if it is in one. */
@Injectable()
export class ImageTransfersService {
  constructor(
    private readonly transfers: TransfersRepository,
    private readonly receivers: Receivers,
    private readonly images: ImagesService,
    private readonly database: Database,
  ) {}

  /**
   * All or nothing.
   * @returns the image as the caller sees it afterwards; undefined where they do not see it any more
   * @throws DomainError `not_found`, `forbidden`, `invalid`, `conflict` (the receiver has one of that name)
   */
  async transfer(
    principal: AuthenticatedPrincipal,
    reference: ImageReference | undefined,
    to: string,
  ): Promise<ImageView | undefined> {
    const image = await this.images.get(principal, reference);
    if (!owns(principal, image.user.id) && !mayEverywhere(principal, 'image:write')) throw ownersOnly('image');
    const receiver = await this.receivers.resolve(principal, to, 'image:write');
    if (receiver.id === image.user.id) throw alreadyTheirs();
    await this.giveAllOrNothing(image, receiver);
    return this.images.find(principal, { kind: 'id', id: image.id });
  }

  private async giveAllOrNothing(image: ImageView, to: Receiver): Promise<void> {
    try {
      await this.database.transaction(() => this.give(image, to));
    } catch (error) {
      if (violatedUniqueConstraint(error) === undefined) throw error;
      throw wouldClash(await this.transfers.findImageClashes(image.id, to));
    }
  }

  private async give({ id, user, namespace }: ImageView, to: Receiver): Promise<void> {
    if (!(await this.transfers.holdReceiver(to))) throw noSuchReceiver();
    const rootId = namespace?.rootId ?? null;
    const place = await this.transfers.lockImage(id, rootId);
    if (place?.userId !== user.id || place.rootNamespaceId !== rootId) throw movedMeanwhile();
    await this.transfers.giveImage(id, to);
  }
}

import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { ImageRegistrar, type PendingImage } from './image-registrar.js';
import { type ImageSource, ImageSourcesRepository } from './image-sources.repository.js';
import type { NewImage } from './new-image.js';
import { PushReserver } from './push-reserver.js';
import { type ImageBytes, UploadReceiver } from './upload-receiver.js';

/** Pushing an image: refuse early, reserve its reference, receive and judge its bytes, then make it in one transaction. */
@Injectable()
export class ImagePushService {
  constructor(
    private readonly reserver: PushReserver,
    private readonly receiver: UploadReceiver,
    private readonly registrar: ImageRegistrar,
    private readonly sources: ImageSourcesRepository,
  ) {}

  /**
   * Makes an image of the bytes that `body` gives, and returns its id. `body` is called once nothing is left to be said
   * against the push but by its bytes; until then the client need not send any. A push that fails leaves nothing behind.
   * @throws DomainError `invalid`, `forbidden`, `too_large`, `quota_exceeded`, `checksum_mismatch`, `unsupported_format`, `storage_full`,
   *   `storage_unavailable`, `conflict`; whatever `body` throws
   */
  push(principal: AuthenticatedPrincipal, input: NewImage, body: () => ImageBytes): Promise<number> {
    return this.reserver.during(principal, input, async ({ image, target, uploadId, storageKey }) => {
      const file = await this.receiver.receive(uploadId, image, body);
      await file.staged.commit(storageKey);
      const { sha256, sizeBytes, format } = file;
      const blob = { sha256, sizeBytes, storageKey, ...format };
      return this.registrar.register(principal, { uploadId, image, target, blob });
    });
  }

  /**
   * As `push`, for bytes that are no image yet: makes a pending one, the operation that is to convert them, and their
   * source, in one transaction.
   * @throws DomainError as `push`, but for `unsupported_format`
   */
  pushSource(
    principal: AuthenticatedPrincipal,
    input: NewImage,
    body: () => ImageBytes,
    {
      facts,
      enqueue,
    }: Pick<PendingImage, 'facts'> & {
      /** Runs in the transaction that makes the image, given its id and what was sent; answers the operation's id. */
      readonly enqueue: (imageId: number, sent: Pick<ImageSource, 'sha256' | 'sizeBytes'>) => Promise<number>;
    },
  ): Promise<number> {
    return this.reserver.during(principal, input, async ({ image, target, uploadId, storageKey }) => {
      const { staged, sha256, sizeBytes } = await this.receiver.receiveUnjudged(uploadId, image, body);
      await staged.commit(storageKey);
      return this.registrar.registerPending(principal, {
        image,
        target,
        facts: { ...facts, sha256, size_bytes: sizeBytes },
        upload: { id: uploadId, sizeBytes },
        enqueue: async (imageId) => {
          await this.sources.insert(imageId, { storageKey, sha256, sizeBytes });
          return enqueue(imageId, { sha256, sizeBytes });
        },
      });
    });
  }
}

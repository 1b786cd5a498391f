import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { newBlobKey } from '#platform/storage';
import { NamespaceTrees } from '#domain/namespaces';
import { ImageRegistrar } from './image-registrar.js';
import { assertMayOwn } from './image-owner.policy.js';
import { fromStorage } from './images.errors.js';
import type { NewImage } from './new-image.js';
import { ReferenceReserver } from './reference-reserver.js';
import { type ImageBytes, UploadReceiver } from './upload-receiver.js';
import { UploadSettler } from './upload-settler.js';

/** Pushing an image: refuse early, reserve its reference, receive and judge its bytes, then make it in one transaction. */
@Injectable()
export class ImagePushService {
  constructor(
    private readonly trees: NamespaceTrees,
    private readonly reserver: ReferenceReserver,
    private readonly receiver: UploadReceiver,
    private readonly registrar: ImageRegistrar,
    private readonly settler: UploadSettler,
  ) {}

  /**
   * Makes an image of the bytes that `body` gives, and returns its id. `body` is called once nothing is left to be said
   * against the push but by its bytes; until then the client need not send any. A push that fails leaves nothing behind.
   * @throws DomainError `invalid`, `forbidden`, `too_large`, `quota_exceeded`, `checksum_mismatch`, `unsupported_format`, `storage_full`,
   *   `storage_unavailable`, `conflict`; whatever `body` throws
   */
  async push(principal: AuthenticatedPrincipal, input: NewImage, body: () => ImageBytes): Promise<number> {
    const image = this.receiver.check(input);
    const target = image.namespace === undefined ? undefined : await this.trees.resolve(principal, image.namespace);
    if (!target) assertMayOwn(principal);
    const uploadId = randomUUID();
    const storageKey = newBlobKey();
    return this.settler.during(uploadId, async () => {
      await this.reserver.reserve(principal, image, target, { id: uploadId, storageKey });
      try {
        const file = await this.receiver.receive(uploadId, image, body);
        await file.staged.commit(storageKey);
        const { sha256, sizeBytes, format } = file;
        return await this.registrar.register(principal, {
          uploadId,
          image,
          target,
          blob: { sha256, sizeBytes, storageKey, ...format },
        });
      } catch (error) {
        throw fromStorage(error);
      }
    });
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { newBlobKey } from '#platform/storage';
import { type NamespaceTarget, NamespaceTrees } from '#domain/namespaces';
import { assertMayOwn } from './image-owner.policy.js';
import { fromStorage } from './images.errors.js';
import type { CheckedImage, NewImage } from './new-image.js';
import { ReferenceReserver } from './reference-reserver.js';
import { UploadReceiver } from './upload-receiver.js';
import { UploadSettler } from './upload-settler.js';

/** A push against which nothing is to be said but by its bytes. */
export interface ReservedPush {
  readonly image: CheckedImage;
  readonly target: NamespaceTarget | undefined;
  readonly uploadId: string;
  /** Where its bytes are to be. */
  readonly storageKey: string;
}

/** How every push begins: what can be refused is refused, and its reference reserved. */
@Injectable()
export class PushReserver {
  constructor(
    private readonly trees: NamespaceTrees,
    private readonly reserver: ReferenceReserver,
    private readonly receiver: UploadReceiver,
    private readonly settler: UploadSettler,
  ) {}

  /**
   * Does `work` for a push; when that fails, nothing of it is left.
   * @throws DomainError `invalid`, `forbidden`, `too_large`, `quota_exceeded`; whatever `work` throws
   */
  async during<T>(
    principal: AuthenticatedPrincipal,
    input: NewImage,
    work: (push: ReservedPush) => Promise<T>,
  ): Promise<T> {
    const image = this.receiver.check(input);
    const target = image.namespace === undefined ? undefined : await this.trees.resolve(principal, image.namespace);
    if (!target) assertMayOwn(principal);
    const uploadId = randomUUID();
    const storageKey = newBlobKey();
    return this.settler.during(uploadId, async () => {
      await this.reserver.reserve(principal, image, target, { id: uploadId, storageKey });
      try {
        return await work({ image, target, uploadId, storageKey });
      } catch (error) {
        throw fromStorage(error);
      }
    });
  }
}

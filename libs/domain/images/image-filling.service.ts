import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newBlobKey } from '#platform/storage';
import type { NewBlob } from './blobs.repository.js';
import { ImageRegistrar } from './image-registrar.js';
import { fromStorage, imageNotFound } from './images.errors.js';
import { ImagesRepository } from './images.repository.js';
import { ReferenceReserver } from './reference-reserver.js';
import { type ImageBytes, UploadReceiver } from './upload-receiver.js';
import { UploadSettler } from './upload-settler.js';

/** Where an image's bytes come from, and what they must be. */
export interface Filling {
  /** Bytes that will come, where somebody knows: they are reserved before the first. */
  readonly sizeBytes?: number | undefined;
  /** 64 lower-case hex digits, where somebody declared them. */
  readonly sha256?: string | undefined;
  readonly body: () => ImageBytes;
  /** Runs `register`, with whatever must happen with it or not at all, in one transaction. */
  readonly commit: (register: () => Promise<void>, blob: NewBlob) => Promise<void>;
}

/** Brings an image that waits for its bytes to them, through the same admission as a push. */
@Injectable()
export class ImageFillingService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly reserver: ReferenceReserver,
    private readonly receiver: UploadReceiver,
    private readonly registrar: ImageRegistrar,
    private readonly settler: UploadSettler,
  ) {}

  /**
   * Afterwards the image is available; or it is as it was, and nothing of the bytes is left.
   * @throws DomainError as a push does, `not_found` where the image is gone; whatever `body` and `commit` throw
   */
  async fill(imageId: number, { sizeBytes: declaredSizeBytes, sha256, body, commit }: Filling): Promise<void> {
    const image = await this.images.findUnfilled(imageId);
    if (!image) throw imageNotFound();
    const [uploadId, storageKey] = [randomUUID(), newBlobKey()];
    let surplusKey: string | undefined;
    await this.settler.during(uploadId, async () => {
      await this.reserver.reserveFor(image, { id: uploadId, storageKey, declaredSizeBytes });
      try {
        const file = await this.receiver.receive(
          uploadId,
          { ...image, declaredSizeBytes, declaredSha256: sha256 },
          body,
        );
        await file.staged.commit(storageKey);
        const { sizeBytes, format } = file;
        const blob = { sha256: file.sha256, sizeBytes, storageKey, ...format };
        await commit(async () => {
          surplusKey = await this.registrar.fill(image, uploadId, blob);
        }, blob);
      } catch (error) {
        throw fromStorage(error);
      }
    });
    if (surplusKey !== undefined) await this.registrar.purge(surplusKey);
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newBlobKey } from '#platform/storage';
import type { NewBlob } from './blobs.repository.js';
import { ImageRegistrar } from './image-registrar.js';
import { fromStorage, imageNotFound } from './images.errors.js';
import { ImagesRepository, type UnfilledImage } from './images.repository.js';
import { ReferenceReserver } from './reference-reserver.js';
import { type ImageBytes, type LocalFile, type ReceivedFile, UploadReceiver } from './upload-receiver.js';
import { UploadSettler } from './upload-settler.js';

/** Where an image's bytes come from, and what they must be. */
export type Filling = FillingTerms & ({ readonly body: () => ImageBytes } | { readonly file: LocalFile });

interface FillingTerms {
  /** Bytes that will come, where somebody knows: they are reserved before the first. */
  readonly sizeBytes?: number | undefined;
  /** 64 lower-case hex digits, where somebody declared them. */
  readonly sha256?: string | undefined;
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
   * Afterwards the image is available; or it is as it was, and nothing of the bytes is left. A local file is gone then from
   * where it was, unless it came to nothing.
   * @throws DomainError as a push does, `not_found` where the image is gone; whatever `body` and `commit` throw
   */
  async fill(imageId: number, filling: Filling): Promise<void> {
    const image = await this.images.findUnfilled(imageId);
    if (!image) throw imageNotFound();
    const [uploadId, storageKey] = [randomUUID(), newBlobKey()];
    let surplusKey: string | undefined;
    await this.settler.during(uploadId, async () => {
      await this.reserver.reserveFor(image, { id: uploadId, storageKey, declaredSizeBytes: filling.sizeBytes });
      try {
        const file = await this.receive(uploadId, image, filling);
        await file.staged.commit(storageKey);
        const { sizeBytes, format } = file;
        const blob = { sha256: file.sha256, sizeBytes, storageKey, ...format };
        await filling.commit(async () => {
          surplusKey = await this.registrar.fill(image, uploadId, blob);
        }, blob);
      } catch (error) {
        throw fromStorage(error);
      }
    });
    if (surplusKey !== undefined) await this.registrar.purge(surplusKey);
  }

  private receive(uploadId: string, image: UnfilledImage, filling: Filling): Promise<ReceivedFile> {
    const declared = { ...image, declaredSizeBytes: filling.sizeBytes, declaredSha256: filling.sha256 };
    return 'file' in filling
      ? this.receiver.takeOver(uploadId, declared, filling.file)
      : this.receiver.receive(uploadId, declared, filling.body);
  }
}

import { Injectable } from '@nestjs/common';
import { BlobStore, type StagedBlob } from '#platform/storage';
import { Config } from '#platform/config';
import { Admission, type AdmittedFormat } from './admission.js';
import { digestMismatch, imageTooLarge } from './images.errors.js';
import { type CheckedImage, checkNewImage, emptyFile, type NewImage } from './new-image.js';
import { UploadReservations } from './upload-reservations.js';

/** The bytes of an image as they come, in order; an error from it ends the push. */
export type ImageBytes = AsyncIterable<Buffer>;

/** Bytes that were received whole, are durable, and proved to be an image; still staged. */
export interface ReceivedFile {
  readonly staged: StagedBlob;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly format: AdmittedFormat;
}

/** Takes an image's bytes into the store and decides whether they may stay. Leaves nothing staged when it throws. */
@Injectable()
export class UploadReceiver {
  constructor(
    private readonly store: BlobStore,
    private readonly admission: Admission,
    private readonly reservations: UploadReservations,
    private readonly config: Config,
  ) {}

  /** What can be said against a push before its bytes. @throws DomainError `invalid`, `too_large` */
  check(input: NewImage): CheckedImage {
    return checkNewImage(input, this.config.maxImageBytes);
  }

  /** @throws DomainError `too_large`, `quota_exceeded`, `checksum_mismatch`, `unsupported_format`, `invalid`; what `body` or the store throws */
  async receive(stagingId: string, image: CheckedImage, body: () => ImageBytes): Promise<ReceivedFile> {
    const { declaredSha256 } = image;
    const staged = await this.store.stage(stagingId, image.declaredSizeBytes);
    try {
      await this.writeAll(stagingId, staged, body(), image.declaredSizeBytes);
      const { sizeBytes, sha256 } = await staged.seal();
      if (declaredSha256 !== undefined && declaredSha256 !== sha256) throw digestMismatch(declaredSha256, sha256);
      const format = await this.admission.inspect({
        sizeBytes,
        read: (offset, length) => staged.read(offset, length),
      });
      return { staged, sizeBytes, sha256, format };
    } catch (error) {
      await staged.abort();
      throw error;
    }
  }

  private async writeAll(
    uploadId: string,
    staged: StagedBlob,
    body: ImageBytes,
    declaredSizeBytes: number | undefined,
  ): Promise<void> {
    const maxBytes = this.config.maxImageBytes;
    const head = this.admission.watchHead(declaredSizeBytes);
    let received = 0;
    let reserved = declaredSizeBytes ?? 0;
    for await (const chunk of body) {
      received += chunk.length;
      if (received > maxBytes) throw imageTooLarge(maxBytes);
      if (received > reserved) reserved = await this.reservations.grow(uploadId, received);
      head.add(chunk); // first: the store owns the chunk from its write on
      await staged.write(chunk);
    }
    if (received === 0) throw emptyFile();
  }
}

import { Injectable } from '@nestjs/common';
import { BlobStore, type StagedBlob } from '#platform/storage';
import { Config } from '#platform/config';
import { Admission, type AdmittedFormat } from './admission.js';
import { digestMismatch, imageTooLarge } from './images.errors.js';
import { type CheckedImage, checkNewImage, emptyFile, type NewImage } from './new-image.js';
import { UploadReservations } from './upload-reservations.js';

/** The bytes of an image as they come, in order; an error from it ends the push. */
export type ImageBytes = AsyncIterable<Buffer>;

/** Bytes that were received whole and are durable; still staged. */
export interface UnjudgedFile {
  readonly staged: StagedBlob;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The same, proved to be an image. */
export interface ReceivedFile extends UnjudgedFile {
  readonly format: AdmittedFormat;
}

/** A file of ours, to become the store's. */
export interface LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
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
    const staged = await this.store.stage(stagingId, image.declaredSizeBytes);
    return abortingIfFailed(staged, async () => {
      const head = this.admission.watchHead(image.declaredSizeBytes);
      await this.writeAll(image, staged, body(), (chunk) => head.add(chunk));
      return this.judged(await sealed(staged, image));
    });
  }

  /** As `receive`, for bytes that need not be an image. */
  async receiveUnjudged(stagingId: string, image: CheckedImage, body: () => ImageBytes): Promise<UnjudgedFile> {
    const staged = await this.store.stage(stagingId, image.declaredSizeBytes);
    return abortingIfFailed(staged, async () => {
      await this.writeAll(image, staged, body(), () => undefined);
      return sealed(staged, image);
    });
  }

  /** As `receive`, of a local file. */
  async takeOver(stagingId: string, image: CheckedImage, { path, sizeBytes }: LocalFile): Promise<ReceivedFile> {
    if (sizeBytes > this.config.maxImageBytes) throw imageTooLarge(this.config.maxImageBytes);
    await this.reservations.grow(stagingId, sizeBytes);
    const staged = await this.store.stageFile(stagingId, path);
    return abortingIfFailed(staged, async () => this.judged(await sealed(staged, image)));
  }

  private async judged(file: UnjudgedFile): Promise<ReceivedFile> {
    const { staged, sizeBytes } = file;
    const format = await this.admission.inspect({ sizeBytes, read: (offset, length) => staged.read(offset, length) });
    return { ...file, format };
  }

  /** `look` sees each chunk before it is the store's. */
  private async writeAll(
    { declaredSizeBytes }: CheckedImage,
    staged: StagedBlob,
    body: ImageBytes,
    look: (chunk: Buffer) => void,
  ): Promise<void> {
    const maxBytes = this.config.maxImageBytes;
    let received = 0;
    let reserved = declaredSizeBytes ?? 0;
    for await (const chunk of body) {
      received += chunk.length;
      if (received > maxBytes) throw imageTooLarge(maxBytes);
      if (received > reserved) reserved = await this.reservations.grow(staged.stagingId, received);
      look(chunk);
      await staged.write(chunk);
    }
    if (received === 0) throw emptyFile();
  }
}

async function abortingIfFailed<T>(staged: StagedBlob, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await staged.abort();
    throw error;
  }
}

async function sealed(staged: StagedBlob, { declaredSha256 }: CheckedImage): Promise<UnjudgedFile> {
  const { sizeBytes, sha256 } = await staged.seal();
  if (declaredSha256 !== undefined && declaredSha256 !== sha256) throw digestMismatch(declaredSha256, sha256);
  return { staged, sizeBytes, sha256 };
}

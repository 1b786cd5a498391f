import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Download } from '#platform/outbound';
import { type ConversionProgress, describeKind, type DiskKind, ImageConverter } from '#domain/conversions';
import { digestMismatch, type ImageBytes, ImageFillingService, PendingImagesService } from '#domain/images';
import type { Work } from '#domain/operations';
import type { DownloadInput } from './download-input.js';
import { DownloadSourcesRepository } from './download-sources.repository.js';

/** Makes images of the bytes of downloads, as they come or by a conversion. */
@Injectable()
export class DownloadFiller {
  constructor(
    private readonly filling: ImageFillingService,
    private readonly converter: ImageConverter,
    private readonly images: PendingImagesService,
    private readonly sources: DownloadSourcesRepository,
  ) {}

  /** @throws as `ImageFillingService.fill` and `ImageConverter.run` */
  fill(work: Work, download: Download, input: DownloadInput, progress: ConversionProgress): Promise<void> {
    return input.disk ? this.convert(work, download, input, input.disk, progress) : this.receive(work, download, input);
  }

  private receive(work: Work, download: Download, input: DownloadInput): Promise<void> {
    return this.filling.fill(work.operation.imageId, {
      sizeBytes: download.facts.totalBytes,
      sha256: input.sha256,
      body: () => download.bytes,
      commit: async (register, blob) => {
        work.report({ doneBytes: blob.sizeBytes, totalBytes: blob.sizeBytes, percent: 100 });
        work.log.write(
          `Received ${blob.sizeBytes} bytes with SHA-256 ${blob.sha256}; it is a QCOW2 image that may stay`,
        );
        await work.succeed(async () => {
          await register();
          await this.note(work, download, input, blob.sha256);
        });
      },
    });
  }

  private convert(
    work: Work,
    download: Download,
    input: DownloadInput,
    kind: DiskKind,
    progress: ConversionProgress,
  ): Promise<void> {
    work.log.write(`It is said to be ${describeKind(kind)}`);
    let found = '';
    const bytes = this.whole(work, download, input.sha256, (sha256) => (found = sha256));
    return this.converter.run(work, {
      kind,
      progress,
      bytes: { read: () => Promise.resolve(bytes) },
      succeed: (register) =>
        work.succeed(async () => {
          await register();
          await this.note(work, download, input, found);
        }),
    });
  }

  /** What came, for the next check of the source: of this image, and of the one whose schedule made it. */
  private note({ operation }: Work, { facts }: Download, { refreshOf }: DownloadInput, sha256: string): Promise<void> {
    const { etag = null, lastModified = null } = facts;
    const imageIds = [operation.imageId, ...(refreshOf === undefined ? [] : [refreshOf])];
    return this.sources.noteReceived(imageIds, { etag, lastModified, sha256 });
  }

  /** The bytes, which fail at their end where they are not the declared ones; from then on the image is being processed. */
  private async *whole(
    { operation, log }: Work,
    { bytes }: Download,
    sha256: string | undefined,
    onDigest: (sha256: string) => void,
  ): ImageBytes {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const piece of bytes) {
      hash.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
    const found = hash.digest('hex');
    onDigest(found);
    if (sha256 !== undefined && sha256 !== found) throw digestMismatch(sha256, found);
    log.write(`Received ${sizeBytes} bytes with SHA-256 ${found}`);
    await this.images.move(operation.imageId, 'processing', null);
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Download } from '#platform/outbound';
import { type ConversionProgress, describeKind, type DiskKind, ImageConverter } from '#domain/conversions';
import { digestMismatch, type ImageBytes, ImageFillingService, PendingImagesService } from '#domain/images';
import type { Work } from '#domain/operations';
import type { DownloadInput } from './downloads.service.js';

/** Makes images of the bytes of downloads, as they come or by a conversion. */
@Injectable()
export class DownloadFiller {
  constructor(
    private readonly filling: ImageFillingService,
    private readonly converter: ImageConverter,
    private readonly images: PendingImagesService,
  ) {}

  /** @throws as `ImageFillingService.fill` and `ImageConverter.run` */
  fill(work: Work, download: Download, { sha256, disk }: DownloadInput, progress: ConversionProgress): Promise<void> {
    return disk
      ? this.convert(work, { disk, progress, bytes: this.whole(work, download, sha256) })
      : this.receive(work, download, sha256);
  }

  private receive(work: Work, download: Download, sha256: string | undefined): Promise<void> {
    return this.filling.fill(work.operation.imageId, {
      sizeBytes: download.facts.totalBytes,
      sha256,
      body: () => download.bytes,
      commit: async (register, blob) => {
        work.report({ doneBytes: blob.sizeBytes, totalBytes: blob.sizeBytes, percent: 100 });
        work.log.write(
          `Received ${blob.sizeBytes} bytes with SHA-256 ${blob.sha256}; it is a QCOW2 image that may stay`,
        );
        await work.succeed(register);
      },
    });
  }

  private convert(
    work: Work,
    {
      disk,
      bytes,
      progress,
    }: { readonly disk: DiskKind; readonly bytes: ImageBytes; readonly progress: ConversionProgress },
  ): Promise<void> {
    work.log.write(`It is said to be ${describeKind(disk)}`);
    return this.converter.run(work, {
      kind: disk,
      progress,
      bytes: { read: () => Promise.resolve(bytes) },
      succeed: (register) => work.succeed(register),
    });
  }

  /** The bytes, which fail at their end where they are not the declared ones; from then on the image is being processed. */
  private async *whole({ operation, log }: Work, { bytes }: Download, sha256: string | undefined): ImageBytes {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const piece of bytes) {
      hash.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
    const found = hash.digest('hex');
    if (sha256 !== undefined && sha256 !== found) throw digestMismatch(sha256, found);
    log.write(`Received ${sizeBytes} bytes with SHA-256 ${found}`);
    await this.images.move(operation.imageId, 'processing', null);
  }
}

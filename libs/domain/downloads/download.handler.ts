import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Download } from '#platform/outbound';
import { ConversionProgress } from '#domain/conversions';
import { PendingImagesService } from '#domain/images';
import { OperationHandler, OperationHandlers, type OperationStatus, type Work } from '#domain/operations';
import { DownloadFiller } from './download-filler.js';
import type { DownloadInput } from './download-input.js';
import { DownloadOpener } from './download-opener.js';
import { fromDownload } from './downloads.errors.js';

const IMAGE_STATUS = { queued: 'pending', running: 'receiving', failed: 'failed', cancelled: 'failed' } as const;

/** Brings an image's bytes from another server, through the same admission as a push. */
@Injectable()
export class DownloadHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'download';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly images: PendingImagesService,
    private readonly filler: DownloadFiller,
    private readonly opener: DownloadOpener,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    const input = work.operation.input as unknown as DownloadInput; // as PendingDownloads wrote it
    try {
      const progress = new ConversionProgress(work, input.disk ?? { format: 'qcow2' });
      const download = await this.begin(work, input, progress);
      try {
        await this.filler.fill(work, download, input, progress);
      } finally {
        await download.close();
      }
    } catch (error) {
      throw fromDownload(error);
    }
  }

  moved(imageId: number, status: Exclude<OperationStatus, 'succeeded'>, reason: string | null): Promise<void> {
    return this.images.move(imageId, IMAGE_STATUS[status], reason);
  }

  private async begin(work: Work, { url, source }: DownloadInput, progress: ConversionProgress): Promise<Download> {
    const { log } = work;
    log.write(`Downloading ${source}`);
    let totalBytes: number | null = null;
    const download = await this.opener.open(work, url, {
      onProgress: (doneBytes) => progress.read(doneBytes, totalBytes),
    });
    totalBytes = download.facts.totalBytes ?? null;
    if (download.facts.url !== source) log.write(`It is at ${download.facts.url}`);
    log.write(totalBytes === null ? 'Its size is not known' : `It has ${totalBytes} bytes`);
    return download;
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '#platform/config';
import { type Download, downloadStream, OutboundClient } from '#platform/outbound';
import { ConversionProgress } from '#domain/conversions';
import { PendingImagesService } from '#domain/images';
import { OperationHandler, OperationHandlers, type OperationStatus, type Work } from '#domain/operations';
import { DownloadFiller } from './download-filler.js';
import { fromDownload } from './downloads.errors.js';
import type { DownloadInput } from './downloads.service.js';

const IMAGE_STATUS = { queued: 'pending', running: 'receiving', failed: 'failed', cancelled: 'failed' } as const;

/** Brings an image's bytes from another server, through the same admission as a push. */
@Injectable()
export class DownloadHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'download';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly images: PendingImagesService,
    private readonly filler: DownloadFiller,
    private readonly outbound: OutboundClient,
    private readonly config: Config,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    const input = work.operation.input as unknown as DownloadInput; // as DownloadsService wrote it
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

  private async begin(
    { log, signal }: Work,
    { url, source }: DownloadInput,
    progress: ConversionProgress,
  ): Promise<Download> {
    for (const secret of secretsOf(url)) log.mask(secret);
    log.write(`Downloading ${source}`);
    let totalBytes: number | null = null;
    const download = await downloadStream(this.outbound, url, {
      maxBytes: this.config.maxImageBytes,
      inactivityTimeoutMs: this.config.idleTimeoutMs,
      backoff: { baseMs: this.config.operationRetrySeconds * 200, maxMs: 60_000 },
      signal,
      onProgress: (doneBytes) => progress.read(doneBytes, totalBytes),
      onRetry: ({ error, delayMs, offsetBytes }) =>
        log.write(`${error.message}; going on at byte ${offsetBytes} in ${Math.ceil(delayMs / 1000)} s`),
    });
    totalBytes = download.facts.totalBytes ?? null;
    if (download.facts.url !== source) log.write(`It is at ${download.facts.url}`);
    log.write(totalBytes === null ? 'Its size is not known' : `It has ${totalBytes} bytes`);
    return download;
  }
}

/** The password of a URL, in the forms that a log may meet it in. */
function secretsOf(url: string): string[] {
  const { password = '' } = URL.parse(url) ?? {};
  return [password, safelyDecoded(password)];
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { type Download, type DownloadOptions, downloadStream, OutboundClient, secretsOf } from '#platform/outbound';
import type { Work } from '#domain/operations';

/** Begins to read from other servers, as far as every operation does it alike; its log tells of breaks, and of no secret. */
@Injectable()
export class DownloadOpener {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly config: Config,
  ) {}

  /** @throws OutboundError */
  open(
    { log, signal }: Pick<Work, 'log' | 'signal'>,
    url: string,
    options: Pick<DownloadOptions, 'onProgress' | 'unless'>,
  ): Promise<Download> {
    for (const secret of secretsOf(url)) log.mask(secret);
    return downloadStream(this.outbound, url, {
      ...options,
      maxBytes: this.config.maxImageBytes,
      inactivityTimeoutMs: this.config.idleTimeoutMs,
      backoff: { baseMs: this.config.operationRetrySeconds * 200, maxMs: 60_000 },
      signal,
      onRetry: ({ error, delayMs, offsetBytes }) =>
        log.write(`${error.message}; going on at byte ${offsetBytes} in ${Math.ceil(delayMs / 1000)} s`),
    });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffMs } from './backoff.js';
import { type DownloadFacts, strongValidator } from './download-facts.js';
import type { DownloadOptions, KnownVersion } from './download-options.js';
import type { OutboundResponse } from './exchange.js';
import { aborted } from './faults.js';
import type { OutboundClient } from './outbound.client.js';
import { OutboundError } from './outbound.errors.js';
import { changed, requireContinuation, requireSize, wholeBody } from './response-checks.js';

/** An attempt that brought this much was none in vain: a long download may break off often. */
const PROGRESS_BYTES = 2 ** 20;

interface Settings extends DownloadOptions {
  readonly retries: number;
  readonly backoff: Backoff;
}

/** One download over as many connections as it takes. */
export class ResumableRead {
  private facts: DownloadFacts | undefined;
  /** What holds the parts together: see `strongValidator`. */
  private validator: string | undefined;
  private response: OutboundResponse | undefined;
  private receivedBytes = 0;
  private isComplete = false;
  private receivedAtFailure = 0;
  private failures = 0;

  constructor(
    private readonly client: OutboundClient,
    private readonly url: string,
    private readonly settings: Settings,
  ) {}

  /** Waits for the first answer, or the next one. @throws OutboundError */
  async connect(): Promise<DownloadFacts> {
    for (;;) {
      try {
        return await this.attempt();
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  /** All bytes, as they come. @throws OutboundError */
  async *bytes(): AsyncGenerator<Buffer> {
    try {
      while (!this.isComplete) yield* this.stretch();
    } finally {
      await this.close();
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    const response = this.response;
    this.response = undefined;
    await response?.close();
  }

  private async attempt(): Promise<DownloadFacts> {
    const { client, url, receivedBytes: offset, validator, settings } = this;
    const { signal, inactivityTimeoutMs, unless } = settings;
    const headers =
      offset > 0 && validator ? { range: `bytes=${offset}-`, 'if-range': validator } : conditionsOf(unless);
    const response = await client.open(url, { headers, signal, ...(inactivityTimeoutMs && { inactivityTimeoutMs }) });
    this.response = response;
    if (!this.facts || offset === 0) return this.start(response);
    requireContinuation(response, offset, this.facts);
    return this.facts;
  }

  /** Nothing was handed out yet but, perhaps, the facts: they must still hold. */
  private start(response: OutboundResponse): DownloadFacts {
    const facts = wholeBody(response, this.settings);
    const before = this.facts ?? facts;
    if (
      facts.totalBytes !== before.totalBytes ||
      facts.etag !== before.etag ||
      facts.lastModified !== before.lastModified
    ) {
      throw changed('it is another version now');
    }
    this.validator = strongValidator(response.headers);
    this.facts = facts;
    return facts;
  }

  /** What one connection brings. */
  private async *stretch(): AsyncGenerator<Buffer> {
    if (!this.response) await this.connect();
    try {
      yield* this.read();
      this.isComplete = true;
    } catch (error) {
      // Cut after the last byte: nothing is missing.
      this.isComplete = this.receivedBytes === this.facts?.totalBytes;
      if (!this.isComplete) await this.recover(error);
    }
  }

  private async *read(): AsyncGenerator<Buffer> {
    const totalBytes = this.facts?.totalBytes ?? this.settings.expectedBytes;
    const limits = { maxBytes: this.settings.maxBytes, expectedBytes: totalBytes };
    for await (const chunk of this.response?.body ?? []) {
      this.receivedBytes += chunk.length;
      requireSize(this.receivedBytes, limits);
      this.settings.onProgress?.(this.receivedBytes);
      yield chunk;
    }
    if (this.receivedBytes < (totalBytes ?? 0)) {
      throw new OutboundError('interrupted', `The server sent ${this.receivedBytes} of ${totalBytes ?? 0} bytes`);
    }
  }

  /** Waits for the time of the next attempt. @throws the error itself where there is none */
  private async recover(error: unknown): Promise<void> {
    await this.close();
    if (!(error instanceof OutboundError) || !error.isRetryable) throw error;
    if (this.receivedBytes - this.receivedAtFailure >= PROGRESS_BYTES) this.failures = 0;
    this.receivedAtFailure = this.receivedBytes;
    const attempt = (this.failures += 1);
    const { retries, backoff, signal, onRetry } = this.settings;
    if (attempt > retries) throw error;
    if (this.receivedBytes > 0 && this.validator === undefined)
      throw changed('the server names no version of it', error);
    const delayMs = backoffMs(backoff, attempt, Math.random(), error.retryAfterMs);
    onRetry?.({ error, attempt, delayMs, offsetBytes: this.receivedBytes });
    await delay(delayMs, undefined, { signal }).catch(() => {
      if (signal) throw aborted(signal);
    });
  }
}

function conditionsOf(
  { etag, lastModified }: KnownVersion = { etag: null, lastModified: null },
): Record<string, string> {
  return {
    ...(etag !== null && { 'if-none-match': etag }),
    ...(lastModified !== null && { 'if-modified-since': lastModified }),
  };
}

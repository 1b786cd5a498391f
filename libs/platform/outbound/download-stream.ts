import { DEFAULT_BACKOFF } from './backoff.js';
import type { DownloadFacts } from './download-facts.js';
import type { DownloadOptions } from './download-options.js';
import type { OutboundClient } from './outbound.client.js';
import { ResumableRead } from './resumable-read.js';

/** Bytes on their way. Whoever does not read them to the end must `close`. */
export interface Download {
  /** As the first answer said. */
  readonly facts: DownloadFacts;
  /** Can be read once. @throws OutboundError while it is read */
  readonly bytes: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/**
 * Begins a download: waits for the first answer, trying again where that may help. What then breaks off goes on where it
 * was (`Range` with `If-Range`); nothing is ever handed out twice or of two versions. Where it cannot go on, the error
 * is `changed`: a whole new download may succeed.
 * @throws OutboundError
 */
export async function downloadStream(client: OutboundClient, url: string, options: DownloadOptions): Promise<Download> {
  const read = new ResumableRead(client, url, { retries: 5, backoff: DEFAULT_BACKOFF, ...options });
  const facts = await read.connect();
  return { facts, bytes: read.bytes(), close: () => read.close() };
}

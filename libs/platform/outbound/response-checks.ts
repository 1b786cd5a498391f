import { STATUS_CODES } from 'node:http';
import { parseContentRange } from './content-range.js';
import { type DownloadFacts, factsOf } from './download-facts.js';
import type { OutboundResponse } from './exchange.js';
import { OutboundError } from './outbound.errors.js';
import { parseRetryAfterMs } from './retry-after.js';

/** Statuses that may be others in a while, besides all from 500 on. */
const PASSING = new Set([408, 425, 429]);

/** What the caller says of the size. */
export interface SizeLimits {
  readonly maxBytes: number;
  readonly expectedBytes?: number | undefined;
}

/** The facts of an answer that brings all bytes. @throws OutboundError `status`, `protocol`, `too_large`, `wrong_length` */
export function wholeBody(response: OutboundResponse, limits: SizeLimits): DownloadFacts {
  if (response.status !== 200) throw statusFault(response);
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new OutboundError(
      'protocol',
      `The server sends the file in another form (${encoding}), though it was not asked to`,
    );
  }
  const facts = factsOf(response);
  if (facts.totalBytes !== undefined) {
    requireSize(facts.totalBytes, limits);
    const { expectedBytes = facts.totalBytes } = limits;
    if (facts.totalBytes !== expectedBytes) throw wrongLength(facts.totalBytes, expectedBytes);
  }
  return facts;
}

/** Makes sure that an answer goes on at `offset` with the bytes of `facts`. @throws OutboundError `changed`, `status` */
export function requireContinuation(response: OutboundResponse, offset: number, facts: DownloadFacts): void {
  const { status, headers } = response;
  if (status === 200) throw changed('the server sends it from the start again');
  if (status === 416) throw changed('it ends before that now');
  if (status !== 206) throw statusFault(response);
  const range = parseContentRange(headers['content-range']);
  if (range?.first !== offset) throw changed('the server sends another part than asked for');
  if ((range.total ?? facts.totalBytes) !== (facts.totalBytes ?? range.total))
    throw changed('its length is another now');
  if ((headers.etag ?? facts.etag) !== facts.etag) throw changed('it is another version now');
}

/** Bytes that came or were announced, against what may come at most. @throws OutboundError `too_large`, `wrong_length` */
export function requireSize(bytes: number, { maxBytes, expectedBytes }: SizeLimits): void {
  if (bytes > maxBytes) throw new OutboundError('too_large', `The file is larger than the ${maxBytes} bytes allowed`);
  if (bytes > (expectedBytes ?? Infinity)) throw wrongLength(bytes, expectedBytes ?? 0);
}

export function changed(why: string, cause?: unknown): OutboundError {
  return new OutboundError('changed', `The download broke off and cannot go on where it was: ${why}`, { cause });
}

function wrongLength(bytes: number, expectedBytes: number): OutboundError {
  return new OutboundError('wrong_length', `The file has ${bytes} bytes or more where ${expectedBytes} were expected`);
}

function statusFault({ status, headers, url }: OutboundResponse): OutboundError {
  const text = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return new OutboundError('status', `${new URL(url).host} answers ${text}`, {
    status,
    isRetryable: status >= 500 || PASSING.has(status),
    retryAfterMs: parseRetryAfterMs(headers['retry-after'], Date.now()),
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behaviour } from './origin.js';

export interface FileOptions {
  /** `"v1"` unless told; null for none. */
  readonly etag?: string | null;
  readonly lastModified?: string;
  /** Whether `If-None-Match` and `If-Modified-Since` are understood; false unless told. */
  readonly conditional?: boolean;
  /** Whether `Range` is understood; true unless told. */
  readonly ranges?: boolean;
  /** Without a length, in chunks. */
  readonly chunked?: boolean;
  /** The length that is announced, where it is a lie. */
  readonly announcedBytes?: number;
  /** Breaks the connection off after so many bytes of the answer; undefined for not at all. */
  readonly cutAfter?: (nth: number) => number | undefined;
  /** Sends so many bytes of the answer, and then nothing for ever. */
  readonly stallAfter?: (nth: number) => number | undefined;
  /** Other or more headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A file, with byte ranges, `If-Range` and conditions as RFC 9110 has them, and the faults that `options` name. */
export function file(content: Buffer, options: FileOptions = {}): Behaviour {
  return (request, response, nth) => {
    if (options.conditional && isKnown(request, options)) {
      response.writeHead(304, fileHeaders(Buffer.alloc(0), { ...options, chunked: true })).end();
      return;
    }
    const start = rangeStart(request, options);
    if (start !== undefined && start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const body = content.subarray(start);
    const range = start !== undefined && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(range ? 206 : 200, { ...fileHeaders(body, options), ...range, ...options.headers });
    sendPartly(response, body, options.cutAfter?.(nth), options.stallAfter?.(nth));
  };
}

/** By the entity tag where the request names one, else by the date (RFC 9110, section 13.2.2). */
function isKnown({ headers }: IncomingMessage, { etag = '"v1"', lastModified }: FileOptions): boolean {
  const tag = headers['if-none-match'];
  return tag === undefined ? lastModified !== undefined && headers['if-modified-since'] === lastModified : tag === etag;
}

/** Where a part begins, if only a part is to be sent. */
function rangeStart({ headers }: IncomingMessage, options: FileOptions): number | undefined {
  const { etag = '"v1"', lastModified, ranges = true } = options;
  const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  const condition = headers['if-range']?.toString();
  const holds = condition === undefined || [etag, lastModified].includes(condition);
  return ranges && from !== undefined && holds ? Number(from) : undefined;
}

function fileHeaders(body: Buffer, options: FileOptions): Record<string, string | number> {
  const { etag = '"v1"', lastModified, chunked = false, announcedBytes = body.length } = options;
  return {
    ...(etag !== null && { etag }),
    ...(lastModified !== undefined && { 'last-modified': lastModified }),
    ...(!chunked && { 'content-length': announcedBytes }),
  };
}

function sendPartly(response: ServerResponse, body: Buffer, cutAfter?: number, stallAfter?: number): void {
  const sentBytes = cutAfter ?? stallAfter;
  if (sentBytes === undefined) response.end(body);
  else if (sentBytes === 0) response.flushHeaders();
  else response.write(body.subarray(0, sentBytes));
  // What was written goes out first.
  if (cutAfter !== undefined) response.socket?.destroySoon();
}

/** The first request gets the first behaviour, and so on; the last one all that follow. */
export function inTurn(...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  return (request, response, nth) => (behaviours[nth - 1] ?? behaviours.at(-1))?.(request, response, nth);
}

export function redirect(location: string, status = 302): Behaviour {
  return (_, response) => void response.writeHead(status, { location }).end('moved');
}

/** To where the query says: `/to?http%3A%2F%2Felsewhere`; in UTF-8, whatever it holds. */
export function redirectByQuery(): Behaviour {
  return (request) => {
    const [, location = ''] = (request.url ?? '').split('?');
    request.socket.end(`HTTP/1.1 302 Found\r\nlocation: ${decodeURIComponent(location)}\r\ncontent-length: 0\r\n\r\n`);
  };
}

export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = `status ${status}`,
): Behaviour {
  return (_, response) => void response.writeHead(status, headers).end(body);
}

/** Bytes for ever, without a length. */
export function endless(): Behaviour {
  return (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  };
}

/** Takes the request and never answers. */
export function silent(): Behaviour {
  return () => undefined;
}

/** Breaks the connection off instead of an answer. */
export function hangUp(): Behaviour {
  return (request) => void request.socket.destroy();
}

/** Whatever bytes, instead of HTTP. */
export function gibberish(text: string): Behaviour {
  return (request) => void request.socket.end(text);
}

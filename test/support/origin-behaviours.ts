import type { ServerResponse } from 'node:http';
import type { Behaviour } from './origin.js';

export interface FileOptions {
  /** `"v1"` unless told; null for none. */
  readonly etag?: string | null;
  readonly lastModified?: string;
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

/** A file, with byte ranges and `If-Range` as RFC 9110 has them, and the faults that `options` name. */
export function file(content: Buffer, options: FileOptions = {}): Behaviour {
  const { etag = '"v1"', lastModified, ranges = true, chunked = false, announcedBytes } = options;
  return (request, response, nth) => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const condition = request.headers['if-range']?.toString();
    const isPart =
      ranges && from !== undefined && (condition === undefined || [etag, lastModified].includes(condition));
    const start = isPart ? Number(from) : 0;
    if (start >= content.length && isPart) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const body = content.subarray(start);
    response.writeHead(isPart ? 206 : 200, {
      ...(etag !== null && { etag }),
      ...(lastModified !== undefined && { 'last-modified': lastModified }),
      ...(isPart && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
      ...(!chunked && { 'content-length': announcedBytes ?? body.length }),
      ...options.headers,
    });
    sendPartly(response, body, options.cutAfter?.(nth), options.stallAfter?.(nth));
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

/** To where the query says: `/to?http%3A%2F%2Felsewhere`. */
export function redirectByQuery(): Behaviour {
  return (request, response) => {
    const [, location = ''] = (request.url ?? '').split('?');
    redirect(decodeURIComponent(location))(request, response, 1);
  };
}

export function answer(status: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_, response) => void response.writeHead(status, headers).end(`status ${status}`);
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

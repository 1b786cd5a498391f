import { get } from 'node:http';
import type { NativeClient } from './native-client.js';

/** What a reader of a log remembers over its connections. */
export interface Reading {
  /** The number of the line that must come next. */
  next: number;
  /** Lines that came twice, out of turn, or not whole. */
  readonly wrong: string[];
}

/** How one connection is to go. */
export interface ReadOptions {
  /** Goes away after so many lines; without it, stays to the end. */
  readonly lines?: number;
  /** Says by `Last-Event-ID` where it is, and reads server-sent events; else by `offset`, and NDJSON. */
  readonly sse?: boolean;
}

export function newReading(): Reading {
  return { next: 0, wrong: [] };
}

/** Goes on with a log where the reading is. True where the server ended it, false where the connection broke or was left. */
export function readOn(
  { url, token }: Pick<NativeClient, 'url' | 'token'>,
  path: string,
  reading: Reading,
  { lines = Infinity, sse = false }: ReadOptions = {},
): Promise<boolean> {
  const last = sse && reading.next > 0 ? { 'last-event-id': String(reading.next - 1) } : {};
  const headers = { authorization: `Bearer ${token}`, accept: sse ? 'text/event-stream' : '*/*', ...last };
  const stopAt = reading.next + lines;
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}${sse ? '' : `?offset=${reading.next}`}`, { headers, agent: false });
    request.once('error', () => resolve(false));
    request.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`the log answers ${response.statusCode}`));
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split(sse ? '\n\n' : '\n');
        rest = parts.pop() ?? '';
        for (const part of parts) if (reading.next < stopAt) take(part, reading, sse);
        if (reading.next >= stopAt) request.destroy();
      });
      response.once('error', () => resolve(false));
      response.once('close', () => resolve(response.complete));
    });
  });
}

/** Checks one line by its beginning: to parse millions of them would take longer than to send them. */
function take(part: string, reading: Reading, sse: boolean): void {
  if (sse && (part.startsWith(':') || part.startsWith('event: end\n'))) return;
  const line = `{"offset":${reading.next},"time":"`;
  const isNext = part.startsWith(sse ? `id: ${reading.next}\ndata: ${line}` : line);
  if (isNext && part.includes(`"text":"line ${reading.next}`) && part.endsWith('"}')) reading.next += 1;
  else reading.wrong.push(part);
}

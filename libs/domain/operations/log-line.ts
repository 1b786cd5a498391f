import { maskParameters } from '#platform/outbound';

/** Who says it: Diskyard itself, or a program that it runs. */
export type LogStream = 'system' | 'stdout' | 'stderr';

/** A line of a log as its readers get it. */
export interface LogLine {
  /** Its number; the first is 0. */
  readonly offset: number;
  /** ISO 8601, to the millisecond, in UTC. */
  readonly time: string;
  readonly stream: LogStream;
  readonly text: string;
}

/** What a line may have at most, in bytes of UTF-8; one that is longer becomes several. */
export const MAX_LINE_BYTES = 64 * 1024;

/** The lines of a text, none longer than `MAX_LINE_BYTES`; no character is cut in two. */
export function splitLines(text: string): string[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .flatMap(splitLong);
}

function splitLong(line: string): string[] {
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return [line];
  const bytes = Buffer.from(line);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = Math.min(start + MAX_LINE_BYTES, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--; // RFC 3629, section 3: a byte that goes on
    parts.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return parts;
}

// From the // on: to look for the scheme as well would take the square of the time in a long line of letters and dots.
const USERINFO = /(:\/\/[^\s/:@]*):[^\s/@]+@/g;
const BEARER = /\b(bearer|basic)[ \t]+[\w.~+/=-]{8,}/gi;

/** Takes out what must not be read: secrets that are known, passwords and secret parameters in URLs, credentials of HTTP. */
export function masked(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) if (secret !== '') result = result.replaceAll(secret, 'xxxxx');
  return maskParameters(result).replace(USERINFO, '$1:xxxxx@').replace(BEARER, '$1 xxxxx');
}

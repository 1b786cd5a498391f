import type { IncomingHttpHeaders } from 'node:http';

/** What identifies a representation: a strong entity tag with its quotes, and when it came to be. */
export interface Validators {
  readonly etag: string;
  readonly lastModified: Date;
}

/** Whether the client has this representation already (RFC 9110, section 13.2.2, steps 3 and 4): answer 304. */
export function isNotModified(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return noneMatch.trim() === '*' || listTags(noneMatch).includes(etag);
  const since = readDate(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && wholeSeconds(lastModified) <= since;
}

/** Whether a `Range` counts, given `If-Range` (section 13.1.5): only for the very representation the client began with. */
export function rangeApplies(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const ifRange = headers['if-range'];
  if (ifRange === undefined) return true;
  if (typeof ifRange !== 'string') return false;
  if (ifRange.includes('"')) return ifRange.trim() === etag; // strong comparison: W/"…" never matches
  return readDate(ifRange) === wholeSeconds(lastModified);
}

/** Weak comparison, as If-None-Match asks for. */
function listTags(header: string): string[] {
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].map(([, tag]) => tag ?? '');
}

const DATE = /^[A-Z][a-z]{2,8}, [\w -]+ \d\d:\d\d:\d\d GMT$/;
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** Any of the three forms of section 5.6.7; NaN for what is none, which then does not count. */
function readDate(text: string): number {
  if (ASCTIME_DATE.test(text)) return Date.parse(`${text} GMT`);
  return DATE.test(text) ? Date.parse(text) : NaN;
}

/** HTTP dates have no fractions. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

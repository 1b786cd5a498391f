import type { OutboundResponse } from './exchange.js';

/** What the answer says of the bytes before they come. */
export interface DownloadFacts {
  /** Undefined where the server does not say. */
  readonly totalBytes: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Where the bytes come from after all redirects, without secrets. */
  readonly url: string;
}

/** The facts of a 200. */
export function factsOf({ headers, url }: OutboundResponse): DownloadFacts {
  const length = headers['content-length'];
  return {
    totalBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    etag: headers.etag,
    lastModified: headers['last-modified'],
    url,
  };
}

/**
 * What `If-Range` may hold for this answer (RFC 9110, section 13.1.5): a strong entity tag, or a date of change that is
 * over a second before the answer, so that no change can hide behind it (section 8.8.2.2).
 */
export function strongValidator(headers: OutboundResponse['headers']): string | undefined {
  const { etag, date, 'last-modified': lastModified } = headers;
  if (etag?.startsWith('"')) return etag;
  const ageMs = Date.parse(date ?? '') - Date.parse(lastModified ?? '');
  return ageMs >= 1000 ? lastModified : undefined;
}

import type { Answer } from './native-client.js';

export type PageRel = 'first' | 'prev' | 'next';

/** The `Link` header of a list (RFC 8288), by rel. */
export function linksOf({ headers }: Answer): Partial<Record<PageRel, string>> {
  const entries = (headers.get('link') ?? '').split(', ').map((entry) => {
    const [, url, rel] = /^<([^>]+)>; rel="(first|prev|next)"$/.exec(entry) ?? [];
    if (url === undefined || rel === undefined) throw new Error(`not a link to a page: ${entry}`);
    return [rel, url] as const;
  });
  return Object.fromEntries(entries);
}

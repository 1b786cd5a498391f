/** What a 206 brings: bytes `first` to `last` of `total`, which the server may not know. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly total: number | undefined;
}

/** Reads `Content-Range` (RFC 9110, section 14.4); undefined for what makes no sense. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  const range = { first: Number(first), last: Number(last), total: total === '*' ? undefined : Number(total) };
  return range.first <= range.last && range.last < (range.total ?? Infinity) ? range : undefined;
}

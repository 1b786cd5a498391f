/** A slice of a list, and whether there is more on either side. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

/** Which page of a list that is paged by number. */
export interface PageQuery {
  /** 1 is the first. */
  readonly page: number;
  readonly limit: number;
}

/**
 * The page of what was read for it: `limit` rows, and one more where there is a next page. A page beyond the end has none
 * before it that anybody could vouch for.
 */
export function pageOf<T>(rows: readonly T[], { page, limit }: PageQuery): Page<T> {
  return { items: rows.slice(0, limit), hasPrevious: page > 1 && rows.length > 0, hasNext: rows.length > limit };
}

export const DEFAULT_PAGE_SIZE = 25;
export const MAX_PAGE_SIZE = 100;

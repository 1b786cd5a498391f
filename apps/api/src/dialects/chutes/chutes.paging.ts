import type { Request } from 'express';
import { Values } from './chutes.validation.js';

const DEFAULT_LIMIT = 25;

/** More than there can be images: their numbers end before. */
const FAR = 2 ** 31;

/** What a client asks of a list; both are echoed as they were asked. */
export interface Paging {
  /** The first is 0. */
  readonly page: number;
  readonly limit: number;
}

/** The values of a query; of several with one name the last. */
export function queryValues({ query }: Pick<Request, 'query'>): Values {
  return new Values('query', (name) => {
    const value = query[name];
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    return typeof last === 'string' ? last : undefined;
  });
}

export function readPaging(values: Values): Paging {
  return { page: values.count('page', 0), limit: values.count('limit', DEFAULT_LIMIT) };
}

/** How many items come before the page, and how many are on it: no limit is the usual one, and there is no largest. */
export function rowsOf({ page, limit }: Paging): { readonly offset: number; readonly count: number } {
  const count = Math.min(limit === 0 ? DEFAULT_LIMIT : limit, FAR);
  return { offset: Math.min(page * count, FAR), count };
}

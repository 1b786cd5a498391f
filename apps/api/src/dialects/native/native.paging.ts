import type { Request, Response } from 'express';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type Page } from '#kernel';

/** Query parameters as the wire has them: the last of several with one name counts. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

const LAST_PAGE = 1_000_000;

export function one(query: RawQuery, name: string): string | undefined {
  const value = query[name];
  const text = Array.isArray(value) ? value.at(-1) : value;
  return text === '' ? undefined : text;
}

export function all(query: RawQuery, name: string): string[] {
  const value = query[name];
  return (Array.isArray(value) ? value : [value ?? '']).filter((text) => text !== '');
}

/** `page`: zero, negative or no number is 1 (the contract's 1.2). */
export function readPage(query: RawQuery): number {
  const page = Number(one(query, 'page') ?? 1);
  return Number.isInteger(page) && page >= 1 ? Math.min(page, LAST_PAGE) : 1;
}

/** `limit`: 25 unless it is a whole number; 1 to 100. */
export function readLimit(query: RawQuery): number {
  const limit = Number(one(query, 'limit') ?? DEFAULT_PAGE_SIZE);
  return Number.isInteger(limit) ? Math.min(Math.max(limit, 1), MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE;
}

/** What the link to another page changes in this one's query; undefined takes a parameter out. */
type QueryChanges = Readonly<Record<string, string | undefined>>;

export interface PageLinks {
  readonly first: QueryChanges;
  readonly prev?: QueryChanges | undefined;
  readonly next?: QueryChanges | undefined;
}

/** Sends `Link` (RFC 8288): absolute, only for pages that are there, every other parameter kept. */
export function setLinks(request: Request, response: Response, base: string, links: PageLinks): void {
  const entries = Object.entries(links)
    .filter(([, changes]) => changes !== undefined)
    .map(([rel, changes]) => `<${pageUrl(request, base, changes as QueryChanges)}>; rel="${rel}"`);
  response.setHeader('Link', entries.join(', '));
}

/** The links of a list that is paged by number. */
export function numberedLinks(page: number, { hasPrevious, hasNext }: Page<unknown>): PageLinks {
  return {
    first: { page: '1' },
    prev: hasPrevious ? { page: String(page - 1) } : undefined,
    next: hasNext ? { page: String(page + 1) } : undefined,
  };
}

function pageUrl(request: Request, base: string, changes: QueryChanges): string {
  const url = new URL(request.originalUrl, 'http://unused');
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return base + url.pathname + url.search;
}

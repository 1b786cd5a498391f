import { DomainError } from '#kernel';
import {
  IMAGE_SORTS,
  IMAGE_STATUSES,
  type ImageFilters,
  type ImageListQuery,
  type ImageSlice,
  type ImageSort,
  type ImageView,
  isPositionOf,
  type NamespaceFilter,
  positionOf,
} from '#domain/images';
import type { Page } from '#kernel';
import { all, numberedLinks, one, type PageLinks, type RawQuery, readLimit, readPage } from '../native.paging.js';

/** Reads the query of an image list. @throws DomainError `invalid` for a filter, sort or cursor that means nothing */
export function readImageListQuery(query: RawQuery): ImageListQuery {
  const sort = readSort(one(query, 'sort') ?? 'name');
  return {
    filters: readFilters(query),
    includePublic: ['true', '1'].includes(one(query, 'include_public') ?? ''),
    sort,
    slice: readSlice(query, sort),
    limit: readLimit(query),
  };
}

/** By number where the client asked so; else by cursor, which stays fast at any depth. */
export function imageListLinks(page: Page<ImageView>, { sort, slice }: ImageListQuery, query: RawQuery): PageLinks {
  if (slice.kind === 'page' && one(query, 'page') !== undefined) return numberedLinks(slice.page, page);
  const cursor = (direction: 'after' | 'before', image: ImageView | undefined): string | undefined =>
    image && writeCursor(direction, positionOf(image, sort));
  const prev = page.hasPrevious ? cursor('before', page.items[0]) : undefined;
  const next = page.hasNext ? cursor('after', page.items.at(-1)) : undefined;
  return {
    first: { page: undefined, cursor: undefined },
    prev: prev === undefined ? undefined : { page: undefined, cursor: prev },
    next: next === undefined ? undefined : { page: undefined, cursor: next },
  };
}

function readSort(text: string): ImageSort {
  const descending = text.startsWith('-');
  const by = IMAGE_SORTS.find((key) => key === text.slice(descending ? 1 : 0));
  if (by) return { by, descending };
  throw DomainError.field(
    'invalid',
    'sort',
    `Sort must be one of ${IMAGE_SORTS.join(', ')}, with - before it to reverse`,
  );
}

function readFilters(query: RawQuery): ImageFilters {
  const namespace = one(query, 'namespace');
  const labels = all(query, 'label');
  return {
    search: one(query, 'search'),
    name: one(query, 'name'),
    tag: one(query, 'tag'),
    owner: one(query, 'owner'),
    namespace: namespace === undefined ? undefined : readNamespace(namespace),
    status: readStatus(one(query, 'status')),
    labels: labels.length === 0 ? undefined : labels.map(readLabel),
  };
}

/** A namespace that cannot be is one that holds nothing. */
function readNamespace(text: string): NamespaceFilter {
  const [path = '', owner = ''] = text.split('@');
  return { path, owner: owner === '' ? undefined : owner };
}

function readStatus(text: string | undefined): ImageFilters['status'] {
  if (text === undefined) return undefined;
  const status = IMAGE_STATUSES.find((known) => known === text);
  if (!status) throw DomainError.field('invalid', 'status', `Status must be one of ${IMAGE_STATUSES.join(', ')}`);
  return status;
}

function readLabel(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw DomainError.field('invalid', 'label', 'Label must be written key=value');
  return [text.slice(0, at), text.slice(at + 1)];
}

function readSlice(query: RawQuery, sort: ImageSort): ImageSlice {
  const cursor = one(query, 'cursor');
  return cursor === undefined ? { kind: 'page', page: readPage(query) } : readCursor(cursor, sort);
}

function writeCursor(direction: 'after' | 'before', position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([direction, ...position])).toString('base64url');
}

function readCursor(text: string, sort: ImageSort): ImageSlice {
  const [kind, ...position] = parseArray(Buffer.from(text, 'base64url').toString());
  if ((kind === 'after' || kind === 'before') && isPositionOf(sort, position)) return { kind, position };
  throw DomainError.field(
    'invalid',
    'cursor',
    'Cursor is not one of this list: take it from a Link, with the same sort',
  );
}

function parseArray(json: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

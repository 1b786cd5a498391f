import { FieldProblems, type Page } from '#kernel';
import {
  OPERATION_KINDS,
  OPERATION_STATUSES,
  type OperationQuery,
  type OperationSlice,
  type OperationView,
} from '#domain/operations';
import { one, type PageLinks, type RawQuery, readLimit } from '../native.paging.js';

const MAX_ID = 2 ** 31 - 1;

/** Reads the query of the list. @throws DomainError `invalid` that names every parameter which means nothing */
export function readOperationQuery(query: RawQuery): OperationQuery {
  const [kind, status, image] = ['kind', 'status', 'image_id'].map((name) => one(query, name));
  const filters = {
    kind: OPERATION_KINDS.find((known) => known === kind),
    status: OPERATION_STATUSES.find((known) => known === status),
    imageId: image === undefined ? undefined : readNumber(image),
  };
  const slice = readCursor(one(query, 'cursor'));
  new FieldProblems()
    .check(filters.kind === kind, 'kind', `Kind must be one of ${OPERATION_KINDS.join(', ')}`)
    .check(filters.status === status, 'status', `Status must be one of ${OPERATION_STATUSES.join(', ')}`)
    .check(!Number.isNaN(filters.imageId ?? 0), 'image_id', 'Image_id must be the number of an image')
    .check(slice !== undefined, 'cursor', 'Cursor is not one of this list: take it from a Link')
    .throwIfAny();
  return { filters, slice: slice ?? { kind: 'first' }, limit: readLimit(query) };
}

export function operationLinks({ items, hasPrevious, hasNext }: Page<OperationView>): PageLinks {
  const link = (direction: 'after' | 'before', operation: OperationView | undefined): { cursor: string } | undefined =>
    operation && { cursor: `${direction}-${operation.id}` };
  return {
    first: { cursor: undefined },
    prev: hasPrevious ? link('before', items[0]) : undefined,
    next: hasNext ? link('after', items.at(-1)) : undefined,
  };
}

function readNumber(text: string): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return number <= MAX_ID ? number : NaN;
}

/** Undefined for what is no cursor. */
function readCursor(text: string | undefined): OperationSlice | undefined {
  if (text === undefined) return { kind: 'first' };
  const [, kind, id] = /^(after|before)-(\d{1,10})$/.exec(text) ?? [];
  const number = readNumber(id ?? '');
  if ((kind !== 'after' && kind !== 'before') || Number.isNaN(number)) return undefined;
  return { kind, id: number };
}

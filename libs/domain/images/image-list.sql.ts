import { FIRST_OWN_PARAMETER, type NamespaceContents } from '#domain/namespaces';
import type { ImageFilters, ImageListQuery, ImageSortKey } from './image-list-query.js';
import { IMAGE_VIEW, type ImageRow, toImageView } from './image-row.js';
import type { ImageView } from './image-view.js';

/** Whose images a list is about: everything the caller owns or collaborates in, or all there are. */
export type ListScope = 'member' | 'everything';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Takes a value, and gives its placeholder. */
type Param = (value: unknown) => string;

const SORT_COLUMNS: Readonly<Record<ImageSortKey, readonly string[]>> = {
  name: ['name', 'tag', 'id'],
  created_at: ['created_at', 'id'],
  updated_at: ['updated_at', 'id'],
};

/** Rows that a page reads ahead of its first: the one that proves that there is a page before it. */
export function rowsAhead({ slice }: ImageListQuery): number {
  return slice.kind === 'page' && slice.page > 1 ? 1 : 0;
}

/**
 * One statement for a page, one row more, and `rowsAhead`. What a caller may see is several sets; a union of them, made
 * distinct and sorted whole, would cost their full size. Instead each set is read in order by its own index and cut to
 * what the page can need, and only those few rows are merged.
 */
export function imageListStatement(callerId: number | null, scope: ListScope, query: ImageListQuery): Statement {
  const values: unknown[] = [callerId];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const select = selectPage(query, (branch) => visibleSets(scope, query.includePublic, branch), param);
  return { text: `${select} ORDER BY ${pageOrder('i', query)}`, values };
}

/** The same for the images of one namespace, read together with it. */
export function imagesOfNamespace(query: ImageListQuery): NamespaceContents<ImageRow, ImageView> {
  const values: unknown[] = [];
  const param = (value: unknown): string => `$${FIRST_OWN_PARAMETER - 1 + values.push(value)}`;
  const select = selectPage(query, (branch) => [branch('i.namespace_id = node.id')], param);
  return { select, order: pageOrder('item', query), values, toItem: toImageView };
}

/** Makes the SELECT of one set of images, given the condition that tells its members. */
type Branch = (set: string) => string;

function selectPage(query: ImageListQuery, sets: (branch: Branch) => string[], param: Param): string {
  const { slice, limit } = query;
  const columns = SORT_COLUMNS[query.sort.by];
  const offset = slice.kind === 'page' ? (slice.page - 1) * limit : 0;
  const ahead = rowsAhead(query);
  const conditions = filterConditions(query.filters, param);
  if (slice.kind !== 'page') conditions.push(keysetCondition(columns, query, slice.position.map(param)));

  const selected = columns.map((column) => `i.${column}`).join(', ');
  const cut = `ORDER BY ${ordering('i', columns, readsBackwards(query))} LIMIT ${offset + limit + 1}`;
  const branch: Branch = (set) =>
    `(SELECT ${selected} FROM images i WHERE ${[set, ...conditions].join(' AND ')} ${cut})`;
  return `
    WITH page AS (
      SELECT * FROM (${sets(branch).join(' UNION ')}) AS found
      ORDER BY ${ordering('found', columns, readsBackwards(query))} OFFSET ${offset - ahead} LIMIT ${ahead + limit + 1}
    )
    SELECT ${IMAGE_VIEW.columns} FROM page p JOIN images i ON i.id = p.id ${IMAGE_VIEW.joins}`;
}

function pageOrder(alias: string, { sort }: ImageListQuery): string {
  return ordering(alias, SORT_COLUMNS[sort.by], sort.descending);
}

/** Whether the index is walked from the end: a descending sort, or an ascending one before a position. */
function readsBackwards({ sort, slice }: ImageListQuery): boolean {
  return sort.descending !== (slice.kind === 'before');
}

function ordering(alias: string, columns: readonly string[], descending: boolean): string {
  return columns.map((column) => `${alias}.${column}${descending ? ' DESC' : ''}`).join(', ');
}

function visibleSets(scope: ListScope, includePublic: boolean, branch: Branch): string[] {
  if (scope === 'everything') return [branch('true')];
  const collaborations = `(SELECT x.* FROM collaborators m
    CROSS JOIN LATERAL ${branch('i.root_namespace_id = m.namespace_id')} x WHERE m.user_id = $1)`;
  return [branch('i.user_id = $1'), collaborations, ...(includePublic ? [branch('i.is_public')] : [])];
}

function keysetCondition(columns: readonly string[], query: ImageListQuery, position: readonly string[]): string {
  const direction = readsBackwards(query) ? '<' : '>';
  return `(${columns.map((column) => `i.${column}`).join(', ')}) ${direction} (${position.join(', ')})`;
}

function filterConditions(filters: ImageFilters, param: Param): string[] {
  const conditions: string[] = [];
  const { search, name, tag, owner, namespace, status, labels } = filters;
  if (search !== undefined) conditions.push(`lower(i.name) LIKE ${param(containing(search))}`);
  if (name !== undefined) conditions.push(`i.name = ${param(name)}`);
  if (tag !== undefined) conditions.push(`i.tag = ${param(tag)}`);
  if (status !== undefined) conditions.push(`i.status = ${param(status)}`);
  for (const [key, value] of labels ?? [])
    conditions.push(`i.labels @> ${param(JSON.stringify({ [key]: value }))}::jsonb`);
  if (owner !== undefined) conditions.push(`i.user_id = ${userIdByName(param(owner))}`);
  if (namespace !== undefined) {
    const ownerId = namespace.owner === undefined ? '$1' : userIdByName(param(namespace.owner));
    conditions.push(
      `i.namespace_id = (SELECT id FROM namespaces WHERE user_id = ${ownerId} AND lower(path) = lower(${param(namespace.path)}))`,
    );
  }
  return conditions;
}

function userIdByName(name: string): string {
  return `(SELECT id FROM users WHERE lower(username) = lower(${name}) AND deleted_at IS NULL)`;
}

/** A LIKE pattern for text that is meant literally. */
function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}

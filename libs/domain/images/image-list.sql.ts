import type { AuthenticatedPrincipal, Pins } from '#kernel';
import { FIRST_OWN_PARAMETER, type NamespaceContents } from '#domain/namespaces';
import { BINDING_IS_LIVE } from '#domain/permissions';
import type { AnnotationFilter, ImageFilters, ImageListQuery, ImageSortKey } from './image-list-query.js';
import { HELD, IMAGE_VIEW, type ImageRow, toImageView } from './image-row.js';
import type { ImageView } from './image-view.js';

/** Whose images a list is about: what the caller owns; everything they or a team of theirs owns, or has a role on; or all there are. */
export type ListScope = 'own' | 'member' | 'everything';

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
 * what the page can need, and only those few rows are merged. Of many sets of one kind only the first row is read at first:
 * a page of N takes from at most N of them, those whose first rows come first.
 */
export function imageListStatement(
  { subjectIds, userId, isBound, pins }: Pick<AuthenticatedPrincipal, 'subjectIds' | 'userId' | 'isBound' | 'pins'>,
  scope: ListScope,
  query: ImageListQuery,
): Statement {
  const values: unknown[] = [subjectIds];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const sets = (branch: Branch): string[] => {
    if (scope === 'everything') return [branch.of('true')];
    const open = query.includePublic ? [branch.of('i.is_public')] : [];
    if (scope === 'own') return [branch.of(`i.user_id = ${param(userId)}`), ...open];
    const bound = isBound ? boundSets(branch) : [];
    return [ownedSets(branch, subjectIds.length), ...bound, ...open];
  };
  const held = isBound ? HELD.boundInList : HELD.none;
  const select = selectPage(query, { sets, held, param, callerId: userId, pins });
  return { text: `${select} ORDER BY ${pageOrder('i', query)}`, values };
}

/** How many images there are in all of what the caller owns, and with `includePublic` of what is public. */
export function ownImageCountStatement(
  { userId, pins }: Pick<AuthenticatedPrincipal, 'userId' | 'pins'>,
  { filters, includePublic }: Pick<ImageListQuery, 'filters' | 'includePublic'>,
): Statement {
  const values: unknown[] = [];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const set = `(i.user_id = ${param(userId)}${includePublic ? ' OR i.is_public' : ''})`;
  const conditions = [set, ...filterConditions(filters, param, userId), ...(pins ? [reachedBy(pins, param)] : [])];
  return { text: `SELECT count(*)::int AS count FROM images i WHERE ${conditions.join(' AND ')}`, values };
}

/** The same for the images of one namespace, read together with it. */
export function imagesOfNamespace(query: ImageListQuery): NamespaceContents<ImageRow, ImageView> {
  const values: unknown[] = [];
  const param = (value: unknown): string => `$${FIRST_OWN_PARAMETER - 1 + values.push(value)}`;
  const sets = (branch: Branch): string[] => [branch.of('i.namespace_id = node.id')];
  const select = selectPage(query, { sets, held: HELD.none, param, callerId: null });
  return { select, order: pageOrder('item', query), values, toItem: toImageView };
}

/** The SELECTs of sets of images, given the condition that tells their members: a page's worth. */
interface Branch {
  readonly of: (set: string) => string;
  /** Of all together, where `ids` is a FROM item `s` with what tells one set from the other. */
  readonly ofEach: (ids: string, set: string) => string;
}

interface PageParts {
  readonly sets: (branch: Branch) => string[];
  /** Columns that tell what the caller holds. */
  readonly held: string;
  readonly param: Param;
  readonly callerId: number | null;
  readonly pins?: Pins | undefined;
}

function selectPage(query: ImageListQuery, { sets, held, param, callerId, pins }: PageParts): string {
  const { slice, limit } = query;
  const columns = SORT_COLUMNS[query.sort.by];
  const offset = offsetOf(query);
  const ahead = rowsAhead(query);
  const conditions = filterConditions(query.filters, param, callerId);
  if (pins) conditions.push(reachedBy(pins, param));
  if ('position' in slice) conditions.push(keysetCondition(columns, query, slice.position.map(param)));

  const branch = branchOf({ columns, conditions, backwards: readsBackwards(query), rows: offset + limit + 1 });
  return `
    WITH page AS (
      SELECT * FROM (${sets(branch).join(' UNION ')}) AS found
      ORDER BY ${ordering('found', columns, readsBackwards(query))} OFFSET ${offset - ahead} LIMIT ${ahead + limit + 1}
    )
    SELECT ${IMAGE_VIEW.columns} ${held} FROM page p JOIN images i ON i.id = p.id ${IMAGE_VIEW.joins}`;
}

/** Rows before the first that is asked for. */
function offsetOf({ slice, limit }: ImageListQuery): number {
  if (slice.kind === 'offset') return slice.offset;
  return slice.kind === 'page' ? (slice.page - 1) * limit : 0;
}

interface Cut {
  readonly columns: readonly string[];
  readonly conditions: readonly string[];
  readonly backwards: boolean;
  /** How many rows a page can need. */
  readonly rows: number;
}

function branchOf({ columns, conditions, backwards, rows }: Cut): Branch {
  const selected = columns.map((column) => `i.${column}`).join(', ');
  const read = (set: string, count: number): string => `(
    SELECT ${selected} FROM images i WHERE ${[set, ...conditions].join(' AND ')}
    ORDER BY ${ordering('i', columns, backwards)} LIMIT ${count})`;
  const needed = (ids: string, set: string): string => `(
    SELECT s.id FROM ${ids} CROSS JOIN LATERAL ${read(set, 1)} first_row
    ORDER BY ${ordering('first_row', columns, backwards)} LIMIT ${rows}) s`;
  return {
    of: (set) => read(set, rows),
    ofEach: (ids, set) => `(SELECT x.* FROM ${needed(ids, set)} CROSS JOIN LATERAL ${read(set, rows)} x)`,
  };
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

/** What the caller, and each team of theirs, owns. */
function ownedSets(branch: Branch, owners: number): string {
  if (owners === 1) return branch.of('i.user_id = ($1::int[])[1]');
  return branch.ofEach('(SELECT DISTINCT unnest($1::int[]) AS id) s', 'i.user_id = s.id');
}

function boundSets(branch: Branch): string[] {
  return [
    branch.ofEach(BOUND_TREES, 'i.root_namespace_id = s.id'),
    branch.ofEach(BOUND_NAMESPACES, 'i.namespace_id = s.id'),
    branch.ofEach(BOUND_IMAGES, 'i.id = s.id'),
  ];
}

/** What a pinned credential is about. */
function reachedBy({ namespaceIds, imageIds }: Pins, param: Param): string {
  return `(i.id = ANY(${param(imageIds)}::int[])
    OR i.namespace_id IN (SELECT id FROM namespaces WHERE lineage && ${param(namespaceIds)}::int[]))`;
}

/** What the caller's bindings let them read, by the column that says where a binding is. */
const boundTo = (column: string): string => `
  SELECT DISTINCT b.${column} AS id FROM bindings b JOIN roles r ON r.id = b.role_id
  WHERE b.subject_id = ANY($1) AND b.${column} IS NOT NULL AND 'image:read' = ANY(r.scopes) AND ${BINDING_IS_LIVE}`;

const BOUND_IMAGES = `(${boundTo('image_id')}) s`;
const BOUND_TREES = `(SELECT n.id FROM (${boundTo('namespace_id')}) t JOIN namespaces n ON n.id = t.id WHERE n.parent_id IS NULL) s`;

/** Those below a tree's root, and all that is below them. */
const BOUND_NAMESPACES = `(SELECT DISTINCT below.id FROM (${boundTo('namespace_id')}) t
  JOIN namespaces top ON top.id = t.id AND top.parent_id IS NOT NULL
  JOIN namespaces below ON below.root_id = top.root_id AND below.lineage @> ARRAY[top.id]) s`;

function keysetCondition(columns: readonly string[], query: ImageListQuery, position: readonly string[]): string {
  const direction = readsBackwards(query) ? '<' : '>';
  return `(${columns.map((column) => `i.${column}`).join(', ')}) ${direction} (${position.join(', ')})`;
}

const NAME_WITH_PATH = `(coalesce((SELECT n.path || '/' FROM namespaces n WHERE n.id = i.namespace_id), '') || i.name)`;

function filterConditions(filters: ImageFilters, param: Param, callerId: number | null): string[] {
  const conditions: string[] = [];
  const { search, name, tag, nameLike, tagLike, annotation, owner, namespace, status, labels } = filters;
  if (search !== undefined) conditions.push(`lower(i.name) LIKE ${param(containing(search))}`);
  if (name !== undefined) conditions.push(`i.name = ${param(name)}`);
  if (tag !== undefined) conditions.push(`i.tag = ${param(tag)}`);
  if (nameLike !== undefined) conditions.push(`${NAME_WITH_PATH} ILIKE ${param(`%${nameLike}%`)}`);
  if (tagLike !== undefined) conditions.push(`i.tag ILIKE ${param(`%${tagLike}%`)}`);
  if (annotation) conditions.push(annotationIs(annotation, param));
  if (status !== undefined) conditions.push(`i.status = ${param(status)}`);
  for (const [key, value] of labels ?? [])
    conditions.push(`i.labels @> ${param(JSON.stringify({ [key]: value }))}::jsonb`);
  if (owner !== undefined) conditions.push(`i.user_id = ${userIdByName(param(owner))}`);
  if (namespace !== undefined) {
    const ownerId = namespace.owner === undefined ? param(callerId) : userIdByName(param(namespace.owner));
    conditions.push(
      `i.namespace_id = (SELECT id FROM namespaces WHERE user_id = ${ownerId} AND lower(path) = lower(${param(namespace.path)}))`,
    );
  }
  return conditions;
}

function annotationIs({ name, value, otherwise }: AnnotationFilter, param: Param): string {
  const found = `(SELECT b.annotations ->> ${param(name)} FROM image_builds b WHERE b.image_id = i.id)`;
  return `coalesce(${found}, ${param(otherwise)}) = ${param(value)}`;
}

function userIdByName(name: string): string {
  return `(SELECT id FROM users WHERE lower(username) = lower(${name}) AND deleted_at IS NULL)`;
}

/** A LIKE pattern for text that is meant literally. */
function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}

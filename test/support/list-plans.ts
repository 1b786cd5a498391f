import pg from 'pg';
import type { AuthenticatedPrincipal } from '#kernel';
import { imageListStatement, type ImageListQuery, type ImageSort, type SortPosition } from '#domain/images';
import { subjectIdsOfUser } from '#domain/permissions';
import { SEARCHES } from './registry-seed.js';
import { GUEST } from './rights-seed.js';

/** A list that must cost the same however many images there are. */
export interface ListCase {
  readonly title: string;
  /** What cases that differ only by sort, caller and public images have in common. */
  readonly group: string;
  /** The username of who asks. */
  readonly caller: string;
  readonly query: ImageListQuery;
}

/** What PostgreSQL did to answer. */
export interface PlanFacts {
  readonly executionMs: number;
  /** Tables that were read from end to end. */
  readonly seqScans: readonly string[];
  /** The most rows that any sort took in. */
  readonly sortedRows: number;
  /** 8 KiB pages touched, in memory or not. */
  readonly pages: number;
}

type Caller = Pick<AuthenticatedPrincipal, 'userId' | 'subjectIds' | 'isBound'>;

/** Who a list is for, as their credential would tell. */
async function readCaller(client: pg.Client, username: string): Promise<Caller> {
  const { rows } = await client.query<{ id: number; subjectIds: number[] }>(
    `SELECT u.id, ${subjectIdsOfUser('u.id')} AS "subjectIds" FROM users u WHERE u.username = $1`,
    [username],
  );
  const [{ id: userId, subjectIds } = { id: 0, subjectIds: [] }] = rows;
  return { userId, subjectIds, isBound: true };
}

/** What a plan did, and what the most is that it may. */
export interface JudgedPlan extends PlanFacts {
  readonly title: string;
  /** A page of each set that the caller sees, but of no more sets of a kind than a page has places; or one row of each. */
  readonly allowedRows: number;
}

/** Runs every case. */
export async function judgePlans(client: pg.Client, cases: readonly ListCase[]): Promise<JudgedPlan[]> {
  const plans: JudgedPlan[] = [];
  for (const { title, caller, query } of cases) {
    const who = await readCaller(client, caller);
    const statement = imageListStatement(who, 'member', query);
    const allowedRows = await countAllowedRows(client, who, query.limit + 1);
    plans.push({ title, allowedRows, ...(await explain(client, statement, query.filters.search === undefined)) });
  }
  return plans;
}

async function countAllowedRows(client: pg.Client, { subjectIds }: Caller, page: number): Promise<number> {
  const { rows } = await client.query<{ trees: number; images: number }>(
    'SELECT count(namespace_id)::int AS trees, count(image_id)::int AS images FROM bindings WHERE subject_id = ANY($1)',
    [subjectIds],
  );
  const [{ trees, images } = { trees: 0, images: 0 }] = rows;
  const needed = (sets: number): number => Math.min(sets, page) * page;
  return Math.max(trees, images, page + needed(subjectIds.length) + needed(trees) + needed(images));
}

const BY_NAME: ImageSort = { by: 'name', descending: false };
const NEWEST: ImageSort = { by: 'created_at', descending: true };
const CHANGED: ImageSort = { by: 'updated_at', descending: true };
const DEPTHS = ['first page', 'in the middle', 'near the end'] as const;

/** Every sort at every depth, every kind of search; with and without what is public; seen by users of either size. */
export async function listCases(client: pg.Client): Promise<ListCase[]> {
  const viewpoints = [false, true].flatMap((includePublic) =>
    ['user-0', 'user-1'].map((caller) => ({ caller, includePublic })),
  );
  const cases: ListCase[] = [];
  for (const viewpoint of viewpoints) {
    cases.push(...(await casesByDepth(client, viewpoint)), ...casesBySearch(viewpoint));
  }
  const byGuest = { caller: GUEST, positionsOf: 'user-1', includePublic: false };
  cases.push(...(await casesByDepth(client, byGuest)), ...casesBySearch(byGuest));
  return cases;
}

interface Viewpoint {
  readonly caller: string;
  readonly includePublic: boolean;
  /** Whose images tell where the middle of the list is; the caller's own unless told. */
  readonly positionsOf?: string;
}

async function casesByDepth(
  client: pg.Client,
  { caller, includePublic, positionsOf = caller }: Viewpoint,
): Promise<ListCase[]> {
  const cases: ListCase[] = [];
  for (const sort of [BY_NAME, NEWEST, CHANGED]) {
    for (const depth of DEPTHS) {
      const slice = await sliceAt(client, positionsOf, sort, depth);
      cases.push(
        named(caller, caller === GUEST ? `500 bindings, ${depth}` : depth, {
          sort,
          slice,
          includePublic,
          filters: {},
          limit: 25,
        }),
      );
    }
  }
  return cases;
}

function casesBySearch({ caller, includePublic }: Viewpoint): ListCase[] {
  return Object.values(SEARCHES).flatMap((search) =>
    [BY_NAME, NEWEST].map((sort) => {
      const slice = { kind: 'page', page: 1 } as const;
      return named(caller, `${caller === GUEST ? '500 bindings, ' : ''}search ${search}`, {
        sort,
        slice,
        includePublic,
        filters: { search },
        limit: 25,
      });
    }),
  );
}

function named(caller: string, group: string, query: ImageListQuery): ListCase {
  const sort = `${query.sort.descending ? '-' : ''}${query.sort.by}`;
  return {
    title: `${caller}, ${group}, by ${sort}${query.includePublic ? ', public ones too' : ''}`,
    group,
    caller,
    query,
  };
}

async function sliceAt(
  client: pg.Client,
  caller: string,
  sort: ImageSort,
  depth: (typeof DEPTHS)[number],
): Promise<ImageListQuery['slice']> {
  if (depth === 'first page') return { kind: 'page', page: 1 };
  const position = await positionAt(client, caller, sort, depth === 'in the middle' ? 0.5 : 0.97);
  return { kind: 'after', position };
}

/** Where the image stands that has a `share` of its owner's before it. */
async function positionAt(
  client: pg.Client,
  caller: string,
  { by, descending }: ImageSort,
  share: number,
): Promise<SortPosition> {
  const columns = by === 'name' ? ['name', 'tag', 'id'] : [by, 'id'];
  const order = columns.map((column) => `i.${column}${descending ? ' DESC' : ''}`).join(', ');
  const { rows } = await client.query<(string | number | Date)[]>({
    text: `SELECT ${columns.join(', ')}
           FROM (SELECT i.*, count(*) OVER () AS all_rows, row_number() OVER (ORDER BY ${order}) AS place
                 FROM images i JOIN users u ON u.id = i.user_id WHERE u.username = $1) ranked
           WHERE place = greatest(1, round(all_rows * $2::float8))`,
    values: [caller, share],
    rowMode: 'array',
  });
  return (rows[0] ?? []).map((value) => (value instanceof Date ? value.toISOString() : value));
}

/**
 * Runs a statement and tells how. `isPrepared` plans it without looking at its values, as PostgreSQL may after it has met a
 * prepared statement a few times.
 */
async function explain(
  client: pg.Client,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
  isPrepared: boolean,
): Promise<PlanFacts> {
  await client.query(`SET plan_cache_mode = ${isPrepared ? 'force_generic_plan' : 'force_custom_plan'}`);
  await client.query(`PREPARE list AS ${text}`);
  const literals = values.map(literal).join(', ');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': [Explained] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE list(${literals})`,
    );
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    if (!explained) throw new Error('EXPLAIN explained nothing');
    return read(explained);
  } finally {
    await client.query('DEALLOCATE list');
  }
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return pg.escapeLiteral(value);
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`;
  throw new TypeError(`no list takes a ${typeof value}`);
}

interface Explained {
  readonly Plan: PlanNode;
  readonly 'Execution Time': number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

function read({ Plan, 'Execution Time': executionMs }: Explained): PlanFacts {
  const nodes = [...walk(Plan)];
  const sorts = nodes.filter((node) => node['Node Type'] === 'Sort');
  return {
    executionMs,
    seqScans: nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : [])),
    sortedRows: Math.max(
      0,
      ...sorts.map((sort) => Math.max(0, ...(sort.Plans ?? []).map((input) => input['Actual Rows']))),
    ),
    pages: Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'],
  };
}

function* walk(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* walk(child);
}

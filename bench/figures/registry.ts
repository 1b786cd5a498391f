import type pg from 'pg';
import type { ImageListQuery } from '#domain/images';
import { imageListStatement } from '#domain/images';
import { asCaller, explain, type ListCase, listCases } from '../../test/support/list-plans.js';
import { type RegistrySize, seedRegistry } from '../../test/support/registry-seed.js';
import type { Bench } from '../bench.js';
import { type Figure, rounded } from '../figure.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { median } from '../statistics.js';
import { startWrk } from '../wrk.js';

const CALLER = 'user-0';
const MAX_RATIO = 2;

/** One registry with a server before it, and what to ask it. */
interface Registry {
  readonly server: ServerUnderTest;
  readonly client: pg.Client;
  readonly cases: readonly ListCase[];
  readonly authorization: { readonly Authorization: string };
}

/** Lists among a million images, beside the same lists among a thousand; and how PostgreSQL goes about them. */
export async function measureRegistry(bench: Bench): Promise<Figure[]> {
  const [images, users] = bench.quick ? [50_000, 50] : [1_000_000, 1_000];
  const small = await open(bench, 'small', { images: 1_000, users: 2 });
  const large = await open(bench, 'large', { images, users, hasHeavyUser: true });
  const figures = [...(await measureLists(bench, small, large, images)), await judgePlans(bench, large, images)];
  for (const [name, { client }] of Object.entries({ small, large })) {
    await client.end();
    await bench.discard(name);
  }
  return figures;
}

async function open(bench: Bench, name: string, size: RegistrySize): Promise<Registry> {
  const server = await bench.server(name);
  const client = await server.connect();
  bench.progress(`registry: making ${size.images} images`);
  await seedRegistry(client, size);
  const response = await fetch(`${server.url}/tokens`, {
    method: 'POST',
    headers: { ...server.authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes: ['image:read'], user: CALLER }),
  });
  const { token } = (await response.json()) as { token: string };
  return { server, client, cases: await listCases(client), authorization: { Authorization: `Bearer ${token}` } };
}

/** A figure for each group of cases, of the case in it that a large registry slows most. */
async function measureLists(bench: Bench, small: Registry, large: Registry, images: number): Promise<Figure[]> {
  const worst = new Map<string, Figure>();
  for (const registry of [small, large]) await p99Of(registry, 0); // until it is compiled
  for (const [index, { title, caller, group }] of large.cases.entries()) {
    if (caller !== CALLER) continue;
    bench.progress(`registry: ${title}`);
    const [values, references]: [number[], number[]] = [[], []];
    for (let round = 0; round < (bench.quick ? 1 : 5); round++) {
      references.push(await p99Of(small, index));
      values.push(await p99Of(large, index));
    }
    const [value, reference] = [median(values), median(references)];
    const figure: Figure = {
      figure: `p99 of GET /images at ${images} images, ${group}`,
      value: rounded(value),
      unit: 'ms',
      reference: rounded(reference),
      referenceIs: 'at 1,000 images',
      ratio: rounded(value / reference),
      target: `≤ ${MAX_RATIO}`,
      met: value <= MAX_RATIO * reference,
      also: { worst: title, p99Ms: values, p99MsSmall: references },
    };
    if (figure.ratio > (worst.get(group)?.ratio ?? 0)) worst.set(group, figure);
  }
  return [...worst.values()];
}

async function p99Of({ server, cases, authorization }: Registry, index: number): Promise<number> {
  const each = cases[index];
  if (!each) throw new Error('Registries have the same cases');
  return (await startWrk(`${server.url}/images?${queryString(each.query)}`, authorization, 1).result).p99Ms;
}

/** The query as a client sends it; cursors as the server writes them into `Link`. */
function queryString({ filters, includePublic, sort, slice }: ImageListQuery): string {
  const query = new URLSearchParams({ sort: `${sort.descending ? '-' : ''}${sort.by}` });
  if (includePublic) query.set('include_public', 'true');
  if (filters.search !== undefined) query.set('search', filters.search);
  if (slice.kind !== 'page') {
    query.set('cursor', Buffer.from(JSON.stringify([slice.kind, ...slice.position])).toString('base64url'));
  }
  return query.toString();
}

/** A sort may take in a page of every set that the caller sees: their own images, public ones, each tree they share. */
async function judgePlans(bench: Bench, { client, cases }: Registry, images: number): Promise<Figure> {
  bench.progress('registry: plans');
  await client.query('SET jit = off');
  const { rows } = await client.query<{ trees: number }>(
    `SELECT count(*)::int AS trees FROM bindings b JOIN users u ON u.id = b.subject_id WHERE u.username = $1`,
    [CALLER],
  );
  const allowed = (2 + (rows[0]?.trees ?? 0)) * 26;
  const plans = [];
  for (const each of cases) {
    const { rows: callers } = await client.query<{ id: number }>('SELECT id FROM users WHERE username = $1', [
      each.caller,
    ]);
    const statement = imageListStatement(asCaller(callers[0]?.id ?? 0), 'member', each.query);
    plans.push({ title: each.title, ...(await explain(client, statement, each.query.filters.search === undefined)) });
  }
  const scanning = plans.filter(({ seqScans }) => seqScans.includes('images')).map(({ title }) => title);
  const sortedRows = Math.max(...plans.map((plan) => plan.sortedRows));
  const [slowest] = plans.toSorted((a, b) => b.executionMs - a.executionMs);
  return {
    figure: `plans of lists at ${images} images: rows that go into a sort at most`,
    value: rounded(sortedRows),
    unit: 'rows',
    reference: allowed,
    referenceIs: 'a page of each set the caller sees',
    ratio: rounded(sortedRows / allowed),
    target: '≤ 1, and no sequential scan of images',
    met: sortedRows <= allowed && scanning.length === 0,
    also: {
      scanning,
      slowest: slowest?.title,
      slowestMs: rounded(slowest?.executionMs ?? 0),
      statements: plans.length,
    },
  };
}

import type pg from 'pg';
import type { ImageListQuery } from '#domain/images';
import { judgePlans, type JudgedPlan, type ListCase, listCases } from '../../test/support/list-plans.js';
import { type RegistrySize, seedRegistry } from '../../test/support/registry-seed.js';
import { GUEST } from '../../test/support/rights-seed.js';
import { authorize } from '../authorize.js';
import type { Bench } from '../bench.js';
import { type Figure, rounded } from '../figure.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { median } from '../statistics.js';
import { startWrk } from '../wrk.js';

/** Whose lists are timed: an ordinary user, and one of 500 bindings. */
const CALLERS = ['user-0', GUEST] as const;
const MAX_RATIO = 2;

/** One registry with a server before it, and what to ask it. */
interface Registry {
  readonly server: ServerUnderTest;
  readonly client: pg.Client;
  readonly cases: readonly ListCase[];
  /** Headers, by caller. */
  readonly authorizations: ReadonlyMap<string, { readonly Authorization: string }>;
}

/** Lists among a million images, beside the same lists among a thousand; and how PostgreSQL goes about them. */
export async function measureRegistry(bench: Bench): Promise<Figure[]> {
  const [images, users, bystanders] = bench.quick ? [50_000, 50, 1_000] : [1_000_000, 1_000, 99_000];
  const small = await open(bench, 'small', { images: 1_000, users: 2 });
  const large = await open(bench, 'large', { images, users, hasHeavyUser: true, bystanders });
  const figures = [...(await measureLists(bench, small, large, images)), await judgeSorts(bench, large, images)];
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
  const authorizations = new Map<string, { Authorization: string }>();
  for (const caller of CALLERS) authorizations.set(caller, await authorize(server, caller, ['image:read']));
  return { server, client, cases: await listCases(client), authorizations };
}

/** A figure for each group of cases, of the case in it that a large registry slows most. */
async function measureLists(bench: Bench, small: Registry, large: Registry, images: number): Promise<Figure[]> {
  const worst = new Map<string, Figure>();
  for (const registry of [small, large]) await p99Of(registry, 0); // until it is compiled
  for (const [index, { title, caller, group }] of large.cases.entries()) {
    if (!small.authorizations.has(caller)) continue;
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

async function p99Of({ server, cases, authorizations }: Registry, index: number): Promise<number> {
  const each = cases[index];
  const authorization = each && authorizations.get(each.caller);
  if (!authorization) throw new Error('Registries have the same cases, and only those of known callers are timed');
  return (await startWrk(`${server.url}/images?${queryString(each.query)}`, authorization, 1).result).p99Ms;
}

/** The query as a client sends it; cursors as the server writes them into `Link`. */
function queryString({ filters, includePublic, sort, slice }: ImageListQuery): string {
  const query = new URLSearchParams({ sort: `${sort.descending ? '-' : ''}${sort.by}` });
  if (includePublic) query.set('include_public', 'true');
  if (filters.search !== undefined) query.set('search', filters.search);
  if ('position' in slice) {
    query.set('cursor', Buffer.from(JSON.stringify([slice.kind, ...slice.position])).toString('base64url'));
  }
  return query.toString();
}

/** How much goes into a sort, for the case that is nearest to what it may. */
async function judgeSorts(bench: Bench, { client, cases }: Registry, images: number): Promise<Figure> {
  bench.progress('registry: plans');
  await client.query('SET jit = off');
  const plans = await judgePlans(client, cases);
  const scanning = plans.filter(({ seqScans }) => seqScans.includes('images')).map(({ title }) => title);
  const share = ({ sortedRows, allowedRows }: JudgedPlan): number => sortedRows / allowedRows;
  const worst = plans.reduce((one, other) => (share(other) > share(one) ? other : one));
  const slowest = plans.reduce((one, other) => (other.executionMs > one.executionMs ? other : one));
  return {
    figure: `plans of lists at ${images} images: rows that go into a sort at most`,
    value: worst.sortedRows,
    unit: 'rows',
    reference: worst.allowedRows,
    referenceIs: 'a page of each set the caller sees, of a page of sets at most',
    ratio: rounded(share(worst)),
    target: '≤ 1, and no sequential scan of images',
    met: share(worst) <= 1 && scanning.length === 0,
    also: { scanning, slowest: slowest.title, slowestMs: rounded(slowest.executionMs), statements: plans.length },
  };
}

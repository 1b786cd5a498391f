import type pg from 'pg';
import { auditInsertStatement } from '#domain/audit';
import { seedAuditTrail } from '../audit-seed.js';
import type { Bench } from '../bench.js';
import { type Figure, rounded } from '../figure.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { median, quantile } from '../statistics.js';

const SMALL = 10_000;
const MAX_PAGE_MS = 50;
const MAX_WRITE_MS = 1;

/** What an operator asks, from the common to the rare; `first` is a time early in the trail. */
const QUESTIONS = (first: string): readonly string[] => [
  '',
  'actor=actor-0',
  'actor=actor-17',
  'actor=nobody',
  'action=image.download',
  'action=user.delete',
  'actor=actor-0&action=token.rotate',
  'actor=actor-17&action=image.delete&outcome=refused',
  'target=owner/team/disk-3:latest',
  'outcome=refused',
  `until=${first}`,
  `until=${first}&actor=actor-0&outcome=refused`,
];

interface Trail {
  readonly server: ServerUnderTest;
  readonly client: pg.Client;
}

/** Pages of a long audit trail beside those of a short one, and what a row adds to a change. */
export async function measureAudit(bench: Bench): Promise<Figure[]> {
  const events = bench.quick ? 200_000 : 10_000_000;
  const [short, long] = [await open(bench, 'short', SMALL), await open(bench, 'long', events)];
  const figures = [await measurePages(bench, short, long, events), await measureWrites(bench, long, events)];
  for (const [name, { client }] of Object.entries({ short, long })) {
    await client.end();
    await bench.discard(name);
  }
  return figures;
}

async function open(bench: Bench, name: string, events: number): Promise<Trail> {
  const server = await bench.server(name);
  const client = await server.connect();
  bench.progress(`audit: making ${events} events`);
  await seedAuditTrail(client, events);
  return { server, client };
}

/** The question that is slowest at the 99th percentile; one request at a time, since it is the database we ask about. */
async function measurePages(bench: Bench, short: Trail, long: Trail, events: number): Promise<Figure> {
  const first = new Date(Date.now() - 300 * 24 * 3_600_000).toISOString();
  const found: { question: string; value: number; reference: number }[] = [];
  for (const question of ['', ...QUESTIONS(first)]) {
    bench.progress(`audit: GET /audit?${question}`);
    found.push({ question, reference: await p99Of(bench, short, question), value: await p99Of(bench, long, question) });
  }
  const judged = found.slice(1); // the first was there until all is compiled
  const worst = judged.reduce((one, other) => (other.value > one.value ? other : one));
  return {
    figure: `p99 of a filtered page of the audit trail at ${events} events, the slowest question`,
    value: rounded(worst.value),
    unit: 'ms',
    reference: rounded(worst.reference),
    referenceIs: `at ${SMALL} events`,
    ratio: rounded(worst.value / worst.reference),
    target: `≤ ${MAX_PAGE_MS} ms`,
    met: worst.value <= MAX_PAGE_MS,
    also: {
      worst: worst.question,
      p99Ms: Object.fromEntries(judged.map((each) => [each.question, rounded(each.value)])),
    },
  };
}

async function p99Of(bench: Bench, { server }: Trail, question: string): Promise<number> {
  const samples: number[] = [];
  for (let request = 0; request < (bench.quick ? 50 : 300); request++) {
    const startedMs = performance.now();
    const response = await fetch(`${server.url}/audit?${question}`, { headers: server.authorization });
    await response.bytes();
    if (!response.ok) throw new Error(`GET /audit?${question} answers ${response.status}`);
    samples.push(performance.now() - startedMs);
  }
  return quantile(samples, 0.99);
}

/** The same small change with and without its row, in turns, each a transaction that is made durable. */
async function measureWrites(bench: Bench, { client }: Trail, events: number): Promise<Figure> {
  bench.progress('audit: writes');
  const [withRow, without]: [number[], number[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 200 : 2_000); round++) {
    without.push(await timeChange(client, false));
    withRow.push(await timeChange(client, true));
  }
  const added = median(withRow) - median(without);
  return {
    figure: `what an audit row adds to a change at ${events} events, median`,
    value: rounded(added),
    unit: 'ms',
    reference: rounded(median(without)),
    referenceIs: 'the change without it',
    ratio: rounded(added / median(without)),
    target: `≤ ${MAX_WRITE_MS} ms`,
    met: added <= MAX_WRITE_MS,
  };
}

const ROW = {
  actor_id: 1,
  actor: 'admin',
  token_id: 1,
  address: '203.0.113.7',
  action: 'user.update',
  target_kind: 'user',
  target_id: 1,
  target: 'admin',
  outcome: 'allowed',
  reason: null,
  request_id: 'bench',
  before: { email: 'old@example.test' },
  after: { email: 'new@example.test' },
} as const;

async function timeChange(client: pg.Client, isNoted: boolean): Promise<number> {
  const startedMs = performance.now();
  await client.query('BEGIN');
  await client.query(`UPDATE users SET updated_at = now() WHERE username = 'admin'`);
  if (isNoted) {
    const { text, values } = auditInsertStatement([ROW]);
    await client.query(text, values);
  }
  await client.query('COMMIT');
  return performance.now() - startedMs;
}

import { startTestApi, type TestApi } from '../../support/api.js';
import { distinctImage, newUser, type TestUser } from '../../support/builders.js';
import { createTestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { finished, newEndedDownload, reaching, startDownload } from '../../support/downloads.js';
import { eventually } from '../../support/eventually.js';
import { NOWHERE } from '../../support/operation-body.js';
import { Origin } from '../../support/origin.js';
import { answer, file } from '../../support/origin-behaviours.js';

/** Values of the metrics about operations, by name and labels. */
async function scrape({ anonymous }: TestApi): Promise<Record<string, number>> {
  const { status, body } = await anonymous.get('/metrics');
  expect(status).toBe(200);
  const lines = (body as string).split('\n').filter((line) => line.startsWith('diskyard_operation'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

const WAITING = 'diskyard_operations{kind="download",status="queued"}';
const AT_WORK = 'diskyard_operations{kind="download",status="running"}';
const AGE = 'diskyard_operation_oldest_queued_seconds{kind="download"}';
const FAILURES = 'diskyard_operation_failures_total{kind="download"}';
const duration = (part: string, outcome: string, le = ''): string =>
  `diskyard_operation_duration_seconds_${part}{kind="download",outcome="${outcome}"${le && `,le="${le}"`}}`;

describe('GET /metrics, of operations that wait', () => {
  let proxy: DatabaseProxy;
  let api: TestApi;
  beforeAll(async () => {
    const database = await createTestDatabase();
    proxy = await DatabaseProxy.start(database.url);
    api = await startTestApi({ database: { url: proxy.url, drop: () => database.drop() } });
  });
  afterAll(async () => {
    await api.close();
    await proxy.goAway();
  });

  it('tells how many there are and how long the first has waited; also that there are none', async () => {
    const none = await scrape(api);
    expect(none).toMatchObject({ [WAITING]: 0, [AT_WORK]: 0, [AGE]: 0 });
    expect(Object.keys(none).filter((name) => name.includes('kind="convert"'))).toHaveLength(3);
    await startDownload(api.admin, NOWHERE);
    await startDownload(api.admin, NOWHERE);
    const some = await scrape(api);
    expect(some).toMatchObject({ [WAITING]: 2, [AT_WORK]: 0 });
    await eventually(async () => expect((await scrape(api))[AGE]).toBeGreaterThan(some[AGE] ?? 0));
  });

  it('does not count the time of what nobody began', async () => {
    const { image_id } = await newEndedDownload(api.admin);
    expect(await scrape(api)).not.toHaveProperty([duration('count', 'cancelled')]);
    await api.admin.delete(`/images/${image_id}`);
  });

  it('goes on without them while the database is away', async () => {
    await proxy.goAway();
    const { status, body } = await api.anonymous.get('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).not.toContain('diskyard_operation');
    await proxy.comeBack();
    await eventually(async () => expect(await scrape(api)).toMatchObject({ [WAITING]: 2 }));
  });
});

describe('GET /metrics, of operations that ended', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({ works: true, env: reaching(origin.port) });
    alice = await newUser(api.admin);
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
  });

  it('counts each end once, by outcome and duration, and keeps count when images are deleted', async () => {
    origin.on('/good', file(distinctImage('counted'))).on('/gone', answer(404));
    const good = await startDownload(alice, origin.url('/good'));
    const gone = [await startDownload(alice, origin.url('/gone')), await startDownload(alice, origin.url('/gone'))];
    for (const operation of [good, ...gone]) await finished(alice, operation);
    await alice.post(`/operations/${gone[0]?.id}/retry`);
    await finished(alice, gone[0] ?? { id: 0 });
    const expected = {
      [FAILURES]: 3,
      [duration('count', 'failed')]: 3,
      [duration('bucket', 'failed', '+Inf')]: 3,
      [duration('bucket', 'failed', '86400')]: 3,
      [duration('count', 'succeeded')]: 1,
      [duration('bucket', 'succeeded', '+Inf')]: 1,
      [WAITING]: 0,
      [AT_WORK]: 0,
    };
    expect(await scrape(api)).toMatchObject(expected);
    for (const { image_id } of [good, ...gone]) await alice.delete(`/images/${image_id}`);
    const after = await scrape(api);
    expect(after).toMatchObject(expected);
    expect(after[duration('sum', 'succeeded')]).toBeGreaterThan(0);
    const buckets = Object.entries(after).filter(([name]) =>
      name.startsWith('diskyard_operation_duration_seconds_bucket'),
    );
    for (const outcome of ['failed', 'succeeded']) {
      const counts = buckets.filter(([name]) => name.includes(outcome)).map(([, count]) => count);
      expect(counts).toHaveLength(10);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
    }
  });
});

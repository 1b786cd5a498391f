import { query } from '../support/embedded-postgres/observe.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { distinctImage, expectStatus, unique } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { CONSISTENT, findInconsistencies } from '../support/store-consistency.js';
import { Wire } from '../support/wire.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** A session beside the api's database, which goes on while that one is closed. */
async function administer(statement: string): Promise<object[]> {
  const url = new URL(api.databaseUrl);
  url.pathname = '/postgres';
  return query(url.href, statement);
}

const databaseName = (): string => new URL(api.databaseUrl).pathname.slice(1);

async function disconnectAll(): Promise<void> {
  const cut = await administer(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${databaseName()}'`,
  );
  expect(cut.length).toBeGreaterThan(1); // the instance's lock, and the pool
}

async function setOpen(open: boolean): Promise<void> {
  await administer(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS ${open}`);
}

/** An upload that waits for the second half of its bytes. */
async function startHalf(name: string, bytes: Buffer): Promise<Wire> {
  const wire = await Wire.open(api.admin);
  wire.sendHead('POST', `/images?name=${name}`, { 'Content-Length': bytes.length, Expect: '100-continue' });
  expect((await wire.answer()).status).toBe(100);
  await wire.send(bytes.subarray(0, bytes.length / 2));
  return wire;
}

async function expectConsistent(): Promise<void> {
  await eventually(async () => expect(await findInconsistencies(api)).toEqual(CONSISTENT));
}

describe('PostgreSQL drops every connection', () => {
  it('during an upload: the upload succeeds all the same', async () => {
    const bytes = distinctImage('disconnected');
    const wire = await startHalf('disconnected', bytes);
    await disconnectAll();
    await wire.send(bytes.subarray(bytes.length / 2));
    expect((await wire.answer()).status).toBe(201);
    expect((await api.admin.pull('/images/disconnected/file')).equals(bytes)).toBe(true);
    await expectConsistent();
  });

  it('at any moment of many pushes and deletions: each fails or succeeds as a whole, and the server goes on', async () => {
    const outcomes = Array.from({ length: 24 }, async () => {
      const name = unique('torn');
      const pushed = await api.admin.push(`name=${name}`, distinctImage(name));
      const deleted = await api.admin.delete(`/images/${name}`);
      return [pushed.status, deleted.status];
    });
    for (let round = 0; round < 5; round++) await disconnectAll();
    for (const [pushed, deleted] of await Promise.all(outcomes)) {
      expect([201, 500, 503]).toContain(pushed);
      expect([204, 404, 500, 503]).toContain(deleted);
    }
    await expectConsistent();
    expectStatus(await api.admin.push('name=afterwards', distinctImage('afterwards')), 201);
  });
});

describe('PostgreSQL away', () => {
  it('at the end of an upload: the upload fails, and can be repeated at once when PostgreSQL is back', async () => {
    const bytes = distinctImage('outage');
    const wire = await startHalf('outage', bytes);
    await setOpen(false);
    await disconnectAll();
    await wire.send(bytes.subarray(bytes.length / 2));
    expect(await wire.answer()).toMatchObject({ status: 503, body: { message: expect.stringContaining('try again') } });
    expect(await api.anonymous.get('/health/ready')).toMatchObject({
      status: 503,
      body: { checks: { database: { ok: false } } },
    });
    expect((await api.anonymous.get('/health/live')).status).toBe(200);

    await setOpen(true);
    expectStatus(await api.admin.push('name=outage', bytes), 201);
    await expectConsistent();
    expect((await api.anonymous.get('/health/ready')).status).toBe(200);
  });
});

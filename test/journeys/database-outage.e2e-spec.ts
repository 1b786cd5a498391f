import { startTestApi, type TestApi } from '../support/api.js';
import { distinctImage, expectStatus, unique } from '../support/builders.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { query } from '../support/embedded-postgres/observe.js';
import { eventually } from '../support/eventually.js';
import { CONSISTENT, findInconsistencies } from '../support/store-consistency.js';
import { Wire } from '../support/wire.js';

let database: TestDatabase;
let proxy: DatabaseProxy;
let api: TestApi;
let log = '';
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await DatabaseProxy.start(database.url);
  api = await startTestApi({
    env: { LOG_LEVEL: 'warn' },
    logTo: { write: (line) => (log += line) },
    database: { url: proxy.url, drop: () => database.drop() },
  });
});
afterAll(async () => {
  await api.close();
  await proxy.goAway();
});

/** What a restart of PostgreSQL does to its clients. Returns how many there were. */
async function terminateAll(): Promise<number> {
  const ours = `datname = current_database() AND pid <> pg_backend_pid()`;
  return (await query(database.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`)).length;
}

/** What a network does; the round trip is for requests to get somewhere before the next time. */
async function breakOff(): Promise<void> {
  proxy.disconnect();
  await query(database.url, 'SELECT');
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
  const { storeDir } = api;
  await eventually(async () =>
    expect(await findInconsistencies({ databaseUrl: database.url, storeDir })).toEqual(CONSISTENT),
  );
}

describe('PostgreSQL drops every connection', () => {
  it('during an upload: it keeps its name, and succeeds all the same', async () => {
    const bytes = distinctImage('disconnected');
    const wire = await startHalf('disconnected', bytes);
    expect(await terminateAll()).toBeGreaterThan(1); // the pool, and what tells others that we live
    // A request that still meets a dead connection is told so with 503, and may simply be sent again.
    await eventually(async () =>
      expect(await api.admin.push('name=disconnected', bytes)).toMatchObject({
        status: 400,
        body: { name: ['Name already exists: another push of it is under way'] },
      }),
    );
    await wire.send(bytes.subarray(bytes.length / 2));
    expect((await wire.answer()).status).toBe(201);
    expect((await api.admin.pull('/images/disconnected/file')).equals(bytes)).toBe(true);
    await expectConsistent();
  });

  it.each([
    ['by ending its sessions', terminateAll],
    ['by breaking off', breakOff],
  ])('%s, at any moment of many requests: each fails or succeeds as a whole', async (_, disconnect) => {
    const outcomes = Array.from({ length: 40 }, async () => {
      const name = unique('torn');
      const pushed = await api.admin.push(`name=${name}`, distinctImage(name));
      const deleted = await api.admin.delete(`/images/${name}`);
      return [pushed.status, deleted.status];
    });
    const all = Promise.all(outcomes);
    for (let round = 0; round < 5; round++) await disconnect();
    const statuses = await all;
    for (const [pushed, deleted] of statuses) {
      expect([201, 503]).toContain(pushed);
      expect([204, 404, 503]).toContain(deleted);
    }
    expect(statuses.flat()).toContain(503); // else nothing was disturbed
    const { body } = expectStatus(await api.admin.get('/images?limit=100'), 200);
    for (const { name } of body as { name: string }[]) {
      const bytes = await api.admin.pull(`/images/${name}/file`);
      expect(bytes.equals(distinctImage(name))).toBe(true);
    }
    await expectConsistent();
  });
});

describe('PostgreSQL away', () => {
  it('at the end of an upload: the upload fails, and can be repeated at once when PostgreSQL is back', async () => {
    const bytes = distinctImage('outage');
    const wire = await startHalf('outage', bytes);
    await proxy.goAway();
    await wire.send(bytes.subarray(bytes.length / 2));
    expect(await wire.answer()).toMatchObject({
      status: 503,
      body: { message: 'The database does not answer; try again later' },
    });

    await proxy.comeBack();
    expectStatus(await api.admin.push('name=outage', bytes), 201);
    await expectConsistent();
  });

  it('answers 503 to requests, is not ready but alive, and recovers by itself', async () => {
    await proxy.goAway();
    expect(await api.admin.get('/images')).toMatchObject({
      status: 503,
      body: { message: 'The database does not answer; try again later' },
    });
    expect(await api.anonymous.get('/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { database: { ok: false }, storage: { ok: true } } },
    });
    expect((await api.anonymous.get('/health/live')).status).toBe(200);

    await proxy.comeBack();
    expect((await api.admin.get('/images')).status).toBe(200);
    expect((await api.anonymous.get('/health/ready')).status).toBe(200);
  });

  it('while nothing of a failed upload can be undone: that is made up for by itself', async () => {
    const wire = await startHalf('undone', distinctImage('undone'));
    log = '';
    await proxy.goAway();
    wire.cut();
    await eventually(() => expect(log).toContain('could not undo an upload'));
    await proxy.comeBack();
    await expectConsistent();
  }, 20_000);
});

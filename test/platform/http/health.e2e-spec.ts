import { rename } from 'node:fs/promises';
import { startTestApi, type TestApi } from '../../support/api.js';
import { createTestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { eventually } from '../../support/eventually.js';

const OK = { ok: true };
const STORAGE_OK = { ok: true, free_bytes: expect.any(Number) };

describe('health', () => {
  let api: TestApi;
  let proxy: DatabaseProxy;
  beforeEach(async () => {
    const database = await createTestDatabase();
    proxy = await DatabaseProxy.start(database.url);
    api = await startTestApi({ database: { url: proxy.url, drop: database.drop } });
  });
  afterEach(async () => {
    await api.close();
    await proxy.goAway();
  });

  it('is alive and ready while all is well', async () => {
    expect(await api.anonymous.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { status, body } = await api.anonymous.get('/health/ready');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', checks: { database: OK, storage: STORAGE_OK, accepting: OK } });
  });

  it('is not ready while the database is away, stays alive, and is ready when it is back', async () => {
    await proxy.goAway();
    const { status, body } = await api.anonymous.get('/health/ready');
    expect(status).toBe(503);
    expect(body).toEqual({
      status: 'unavailable',
      checks: { database: { ok: false, error: expect.stringMatching(/^\w+$/) }, storage: STORAGE_OK, accepting: OK },
    });
    expect((await api.anonymous.get('/health/live')).status).toBe(200);
    await proxy.comeBack();
    await eventually(async () => expect((await api.anonymous.get('/health/ready')).status).toBe(200));
  });

  it('is not ready while the storage is away, stays alive, and is ready when it is back', async () => {
    await rename(api.storeDir, `${api.storeDir}-away`);
    const { status, body } = await api.anonymous.get('/health/ready');
    expect(status).toBe(503);
    expect(body).toEqual({
      status: 'unavailable',
      checks: { database: OK, storage: { ok: false, error: 'StorageUnavailableError' }, accepting: OK },
    });
    expect((await api.anonymous.get('/health/live')).status).toBe(200);
    await rename(`${api.storeDir}-away`, api.storeDir);
    expect((await api.anonymous.get('/health/ready')).status).toBe(200);
  });

  it('answers what needs the database with a 5xx that tells nothing of it, until it is back', async () => {
    await proxy.goAway();
    const { status, body } = await api.admin.get('/user');
    expect(status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(body)).not.toMatch(/postgres|ECONN|127\.0\.0\.1|at .*\.[jt]s/);
    await proxy.comeBack();
    await eventually(async () => expect((await api.admin.get('/user')).status).toBe(200));
  });
});

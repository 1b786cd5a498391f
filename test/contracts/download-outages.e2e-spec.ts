import { startTestApi, type TestApi } from '../support/api.js';
import { newUser, type TestUser } from '../support/builders.js';
import { createTestDatabase } from '../support/database.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { finished, reaching, startDownload } from '../support/downloads.js';
import { eventually } from '../support/eventually.js';
import { largeImage } from '../support/large-image.js';
import { Origin } from '../support/origin.js';
import { file } from '../support/origin-behaviours.js';
import { setQuota, usageOf } from '../support/quotas.js';

describe('a download', () => {
  const bytes = largeImage(4, 'outage');
  let origin: Origin;
  let proxy: DatabaseProxy;
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    origin = await Origin.start();
    const database = await createTestDatabase();
    proxy = await DatabaseProxy.start(database.url);
    api = await startTestApi({
      works: true,
      database: { url: proxy.url, drop: () => database.drop() },
      env: reaching(origin.port),
    });
    alice = await newUser(api.admin);
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
    await proxy.goAway();
  });

  it('is tried again where the connection to the database breaks in the middle of it', async () => {
    let sendRest = (): void => undefined;
    origin.on('/disk', (request, response, nth) => {
      if (nth > 1) {
        file(bytes)(request, response, nth);
        return;
      }
      response.writeHead(200, { 'transfer-encoding': 'chunked' }); // whose growth is reserved step by step
      response.write(bytes.subarray(0, 1000));
      sendRest = () => void response.end(bytes.subarray(1000));
    });
    const operation = await startDownload(alice, origin.url('/disk'));
    await eventually(async () => {
      expect((await alice.get(`/operations/${operation.id}`)).body).toMatchObject({ status: 'running', bytes: 1000 });
    });
    proxy.withholdAnswers();
    const before = proxy.statements;
    sendRest();
    await eventually(() => expect(proxy.statements).toBeGreaterThan(before));
    proxy.disconnect();
    await eventually(async () => {
      expect((await alice.get(`/operations/${operation.id}`)).body).toMatchObject({ status: 'succeeded', attempts: 2 });
    }, 30_000);
    expect((await alice.pull(`/images/${operation.image_id}/file`)).equals(bytes)).toBe(true);
  });

  it('over quota by its announced length ends before a byte of it is kept', async () => {
    const poor = await newUser(api.admin);
    await setQuota(api.admin, `accounts/${poor.username}`, { limit_bytes: 2 ** 20 });
    origin.on('/large', file(bytes, { stallAfter: () => 100 }));
    const operation = await startDownload(poor, origin.url('/large'));
    expect(await finished(poor, operation)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: expect.stringMatching(
        new RegExp(`^Over the quota of user ${poor.username}: limit 1048576 bytes, .* asked ${bytes.length}$`),
      ) as string,
    });
    expect(await usageOf(api.admin, poor.username)).toMatchObject({ logical_bytes: 0, reserved_bytes: 0 });
  });
});

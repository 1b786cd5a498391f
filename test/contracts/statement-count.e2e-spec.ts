import { Config } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { routesOf } from '../../apps/api/src/reference/route-table.js';
import { makeTarget } from '../architecture/route-targets.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { collaborate, newNamespace, newUser, pushImage, type TestUser } from '../support/builders.js';
import { createTestDatabase } from '../support/database.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { newEndedDownload } from '../support/downloads.js';
import { eventually } from '../support/eventually.js';
import { NativeClient } from '../support/native-client.js';

/** What is no metadata: a download is counted, a log is followed. */
const STREAMS = [
  '/images/:image/file',
  '/images/:image/logs',
  '/images/:image/boot-test/console',
  '/images/:image/boot-test/screen',
  '/operations/:id/logs',
  '/chutes/images/:id/logs',
];

/** Statements of those that look for several things: the image, and what is on it; how it was made, and of what; and how many. */
const OF_SEVERAL: Readonly<Record<string, number>> = {
  '/images/:image/operations': 3,
  '/images/:image/boot-test': 3,
  '/images/:image/build': 3,
  '/chutes/images/*path': 4,
  '/chutes/images': 5,
};

const ROUTES = routesOf(ApiModule.forRoot(Config.parse({}), new MemoryBlobStore())).filter(
  ({ method, path }) => method === 'GET' && !STREAMS.includes(path),
);

describe('a metadata request', () => {
  let proxy: DatabaseProxy;
  let api: TestApi;
  let owner: NativeClient;
  let guest: TestUser;
  beforeAll(async () => {
    const database = await createTestDatabase();
    proxy = await DatabaseProxy.start(database.url);
    api = await startTestApi({ database: { url: proxy.url, drop: () => database.drop() } });
    owner = await newUser(api.admin, 'owner');
    await newNamespace(owner, 'tree');
    await pushImage(owner, 'name=disk&namespace=tree');
    guest = await newUser(api.admin, 'guest');
    await collaborate(Object.assign(owner, { username: 'owner' }), 'tree', guest, 'reader');
  });
  afterAll(async () => {
    await api.close();
    await proxy.goAway();
  });

  /** Statements that PostgreSQL gets for a request; for its second time, when what is done once a minute has been done. */
  async function count(client: NativeClient, method: string, path: string): Promise<{ status: number; sql: number }> {
    await client.call(method, path);
    const before = proxy.statements;
    const { status } = await client.call(method, path);
    return { status, sql: proxy.statements - before };
  }

  it.each(ROUTES.map((route) => [route.path, route] as const))(
    'costs at most two statements, authentication included, or one more for each other thing: GET %s',
    async (_, route) => {
      const { status, sql } = await count(api.admin, 'GET', await makeTarget(api, route));
      expect(status).toBe(200);
      expect(sql).toBeLessThanOrEqual(OF_SEVERAL[route.path] ?? 2);
    },
  );

  it.each([
    ['GET', '/images?search=d&include_public=true&sort=-created_at&limit=3', 2],
    ['GET', '/images?owner=owner&namespace=tree%40owner&label=a%3Db&page=7', 2],
    ['GET', '/images/owner%2Ftree%2Fdisk', 2],
    ['HEAD', '/images/owner%2Ftree%2Fdisk', 2],
    ['HEAD', '/images/owner%2Ftree%2Fdisk/file', 2],
    ['GET', '/n/owner/tree/-/images?search=di&sort=-updated_at&page=1', 2],
    ['GET', '/n/owner/tree/-/namespaces?search=x&page=2', 2],
    ['GET', '/namespaces?search=t', 2],
    ['GET', '/users?search=o&page=1', 2],
  ])('costs no more with parameters: %s %s', async (method, path, statements) => {
    expect(await count(owner, method, path)).toEqual({ status: 200, sql: statements });
  });

  it('costs an admin no more for another user’s tokens', async () => {
    expect(await count(api.admin, 'GET', '/tokens?user=owner')).toEqual({ status: 200, sql: 2 });
  });

  it('costs no more when there is nothing to be had', async () => {
    expect(await count(owner, 'GET', '/n/owner/nowhere/-/images')).toEqual({ status: 404, sql: 2 });
    expect(await count(owner, 'GET', '/images/99999999')).toEqual({ status: 404, sql: 2 });
    expect(await count(api.admin, 'GET', '/tokens?user=nobody')).toEqual({ status: 404, sql: 2 });
  });

  it('costs one more for those whom roles or teams give something', async () => {
    for (const path of ['/images?include_public=true', '/images/owner%2Ftree%2Fdisk', '/n/owner/tree/-/images']) {
      expect({ path, ...(await count(guest, 'GET', path)) }).toEqual({ path, status: 200, sql: 3 });
    }
  });

  it.each([
    ['that is none of ours', 'not-a-token-of-ours', 2],
    ['that cannot be one', `dyt_${'0'.repeat(49)}`, 1],
  ])(
    'costs no look-up of a thing with a token %s, and one statement for the audit trail',
    async (_, token, statements) => {
      const before = proxy.statements;
      expect((await new NativeClient(api.url, token).get('/images')).status).toBe(401);
      await eventually(() => expect(proxy.statements - before).toBe(statements));
    },
  );

  it('is cheaper than a log, whose work and status are asked for before its lines', async () => {
    const { id, image_id } = await newEndedDownload(api.admin);
    expect(await count(api.admin, 'GET', `/operations/${id}/logs`)).toEqual({ status: 200, sql: 4 });
    expect(await count(api.admin, 'GET', `/images/${image_id}/logs`)).toEqual({ status: 200, sql: 6 });
  });

  it('is cheaper than a download, which is counted and audited', async () => {
    expect(await count(owner, 'GET', '/images/owner%2Ftree%2Fdisk/file')).toEqual({ status: 200, sql: 4 });
  });
});

import { Writable } from 'node:stream';
import { Database } from '#platform/database';
import { QuotaReconciler } from '#domain/quotas';
import { startTestApi, type TestApi } from '../support/api.js';
import { beginPush } from '../support/begun-push.js';
import { distinctImage, expectStatus, newNamespace, newUser, pushImage, type TestUser } from '../support/builders.js';
import { setQuota } from '../support/quotas.js';

const NO_DRIFT = { unfounded: [], overdrawn: [] };
const SIZE = distinctImage('any').length;

describe('reconciling quotas', () => {
  let api: TestApi;
  let owner: TestUser;
  let log: string;
  beforeAll(async () => {
    const logTo = new Writable({
      write: (chunk: Buffer, _, done) => {
        log += chunk.toString();
        done();
      },
    });
    api = await startTestApi({ env: { LOG_LEVEL: 'error' }, logTo });
  });
  beforeEach(async () => {
    log = '';
    owner = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const reconcile = () => api.app.get(QuotaReconciler, { strict: false }).reconcile();
  const sql = (text: string, ...values: unknown[]) => api.app.get(Database, { strict: false }).query(text, values);

  it('finds nothing while pushes come, nor where a limit was set below what is held', async () => {
    await newNamespace(owner, 'tree');
    await pushImage(owner, 'name=a&namespace=tree');
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_bytes: 2 * SIZE, limit_images: 2 });
    await setQuota(api.admin, `namespaces/${owner.username}/tree`, { limit_bytes: 1, limit_images: 0 });
    const push = await beginPush(owner, 'name=b', distinctImage('b'));
    expect(await reconcile()).toEqual(NO_DRIFT);
    expect((await push.finish()).status).toBe(201);
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_images: 1 });
    expect(await reconcile()).toEqual(NO_DRIFT);
    expect(log).toBe('');
  });

  it('finds and logs whoever has come to hold more than a limit and than was there when it was set', async () => {
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_bytes: SIZE, limit_images: 1 });
    await pushImage(owner, 'name=a');
    await sql(`UPDATE quotas SET limit_bytes = $1 WHERE limit_bytes = $2`, SIZE - 1, SIZE);
    const drift = {
      type: 'user',
      name: owner.username,
      limitBytes: SIZE - 1,
      usedBytes: SIZE,
      limitImages: 1,
      usedImages: 1,
      reservedBytes: 0,
      reservedImages: 0,
      heldBytes: 0,
      heldImages: 0,
    };
    expect(await reconcile()).toEqual({ unfounded: [], overdrawn: [drift] });
    expect(JSON.parse(log)).toMatchObject({ ...drift, msg: 'a quota is overdrawn' });
    expectStatus(await api.admin.delete(`/quotas/accounts/${owner.username}`), 204);
    expect(await reconcile()).toEqual(NO_DRIFT);
  });

  it('finds and logs what a dead process has reserved, which no longer counts', async () => {
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_bytes: SIZE });
    const uploadId = '00000000-0000-4000-8000-000000000001';
    await sql(
      `INSERT INTO uploads (id, instance_id, user_id, author_id, namespace_path, name, tag, storage_key, reserved_bytes)
       SELECT $1, 0, id, id, '', 'dead', 'latest', 'none', 77 FROM users WHERE username = $2`,
      uploadId,
      owner.username,
    );
    expect(await reconcile()).toEqual({ unfounded: [{ uploadId, reservedBytes: 77 }], overdrawn: [] });
    expect(JSON.parse(log)).toMatchObject({ uploadId, reservedBytes: 77, msg: 'a reservation has no live upload' });
    await pushImage(owner, 'name=a');
  });
});

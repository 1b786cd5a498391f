import pg from 'pg';
import { Database } from '#platform/database';
import { QuotaLedger } from '#domain/quotas';
import { startTestApi, type TestApi } from '../support/api.js';
import { newUser, pushImage, type TestUser } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { setQuota } from '../support/quotas.js';

const UPLOAD = '6f1c9a52-0b1e-4c55-9d6e-3a8f0c7b2e11';

/** Whoever sums has to wait while another transaction keeps all images to itself. */
describe('a push’s quotas', () => {
  let api: TestApi;
  let owner: TestUser;
  let ownerId: number;
  let keeper: pg.Client;
  beforeAll(async () => {
    api = await startTestApi();
    owner = await newUser(api.admin, 'owner');
    await pushImage(owner, 'name=disk');
    keeper = new pg.Client(api.databaseUrl);
    await keeper.connect();
    const { rows } = await keeper.query<{ id: number }>(`SELECT id FROM users WHERE username = 'owner'`);
    ownerId = rows[0]?.id ?? 0;
    await keeper.query(
      `INSERT INTO uploads (id, instance_id, user_id, author_id, namespace_path, name, tag, storage_key)
       VALUES ($1, 1, $2, $2, '', 'next', 'latest', 'nowhere')`,
      [UPLOAD, ownerId],
    );
  });
  afterAll(async () => {
    await keeper.end();
    await api.close();
  });

  const keepAll = () => keeper.query('BEGIN; LOCK TABLE images, blobs IN ACCESS EXCLUSIVE MODE');
  const letGo = () => keeper.query('ROLLBACK');
  const ledger = (): QuotaLedger => api.app.get(QuotaLedger, { strict: false });
  const reserve = (): Promise<number> => ledger().reserve(UPLOAD, { neededBytes: 1, wantedBytes: 2 });
  const settle = (): Promise<void> =>
    api.app.get(Database, { strict: false }).transaction(() => ledger().assertSettled({ accountId: ownerId }, 1));

  it('cost no sum where there are none', async () => {
    await keepAll();
    expect(await reserve()).toBe(2);
    await settle();
    await letGo();
  });

  it.each([
    ['before it', reserve, 2],
    ['at its end', settle, undefined],
  ] as const)('cost a sum where there is one: %s', async (_, ask, answer) => {
    await setQuota(api.admin, 'accounts/owner', { limit_images: 9 });
    await keepAll();
    const asked = ask();
    await eventually(async () => {
      const { rowCount } = await keeper.query(
        'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))',
      );
      expect(rowCount).toBe(1);
    });
    await letGo();
    expect(await asked).toBe(answer);
  });
});

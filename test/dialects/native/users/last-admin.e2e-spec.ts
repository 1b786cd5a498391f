import pg from 'pg';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newUser } from '../../../support/builders.js';
import { query } from '../../../support/embedded-postgres/observe.js';
import { eventually } from '../../../support/eventually.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';

const LAST_ADMIN = { message: 'This is the last active admin; make another user admin first' };

const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

const WAYS_OUT: [string, (by: NativeClient, username: string) => Promise<Answer>][] = [
  ['disabled', (by, username) => by.patch(`/users/${username}`, { disabled: true })],
  ['made a member', (by, username) => by.patch(`/users/${username}`, { role: 'member' })],
  ['deleted', (by, username) => by.delete(`/users/${username}`)],
];

describe('the last active admin', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(() => api.close());

  const newAdmin = async (username: string): Promise<NativeClient> => {
    const user = await newUser(api.admin, username);
    expectStatus(await api.admin.patch(`/users/${username}`, { role: 'admin' }), 200);
    return user;
  };

  it.each(WAYS_OUT)('cannot be %s', async (_, leave) => {
    await newUser(api.admin, 'member');
    const { status, body } = await leave(api.admin, 'admin');
    expect(status).toBe(409);
    expect(body).toEqual(LAST_ADMIN);
    expect((await api.admin.get('/user')).body).toMatchObject({ role: 'admin', disabled: false });
  });

  it.each(WAYS_OUT)('can be %s once there is another', async (_, leave) => {
    const second = await newAdmin('second');
    expect([200, 204]).toContain((await leave(api.admin, 'admin')).status);
    expect((await leave(second, 'second')).body).toEqual(LAST_ADMIN);
  });

  it('is not kept company by one who is disabled', async () => {
    await newAdmin('second');
    expectStatus(await api.admin.patch('/users/second', { disabled: true }), 200);
    expect((await api.admin.delete('/users/admin')).body).toEqual(LAST_ADMIN);
  });

  it.each(WAYS_OUT)('stays when two admins have each other %s at the same moment', async (_, leave) => {
    const second = await newAdmin('second');
    const both = await holdingAdmins(api.databaseUrl, () => [leave(api.admin, 'second'), leave(second, 'admin')]);
    expect(both.filter(({ status }) => status === 409).map(({ body }) => body)).toEqual([LAST_ADMIN]);
    expect(both.filter(({ status }) => status < 300)).toHaveLength(1);
  });
});

/** Answers to requests that all got as far as looking at the admins before any of them could go on. */
async function holdingAdmins(url: string, requests: () => Promise<Answer>[]): Promise<Answer[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT FROM users WHERE role = 'admin' FOR UPDATE`);
    const answers = requests();
    await eventually(async () => {
      expect(await query(url, WAITING)).toHaveLength(answers.length); // a transaction sees one state of it only
    });
    await client.query('COMMIT');
    return await Promise.all(answers);
  } finally {
    await client.end();
  }
}

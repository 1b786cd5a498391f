import pg from 'pg';
import { startTestApi, type TestApi } from '../support/api.js';
import { distinctImage, expectStatus, newUser, unique } from '../support/builders.js';
import { query } from '../support/embedded-postgres/observe.js';
import { eventually } from '../support/eventually.js';
import type { NativeClient } from '../support/native-client.js';
import { CONSISTENT, countFiles, findInconsistencies } from '../support/store-consistency.js';

/** Two requests that need the same bytes, each stopped at the worst moment by a lock that the test holds. */
describe('a push and a deletion of the same bytes', () => {
  let api: TestApi;
  let alice: NativeClient;
  let bob: NativeClient;
  let blocker: pg.Client;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
    blocker = new pg.Client(api.databaseUrl);
    await blocker.connect();
  });
  afterAll(async () => {
    await blocker.end();
    await api.close();
  });

  /** Runs a statement whose row others have to wait for until `release`. */
  async function block(statement: string): Promise<void> {
    await blocker.query('BEGIN');
    await blocker.query(statement);
  }

  const release = (): Promise<unknown> => blocker.query('ROLLBACK');

  async function untilWaiting(requests: number): Promise<void> {
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await eventually(async () => expect(await query(api.databaseUrl, waiting)).toHaveLength(requests));
  }

  async function expectOnlyCopyIntact(client: NativeClient, name: string, bytes: Buffer): Promise<void> {
    expect((await client.pull(`/images/${name}/file`)).equals(bytes)).toBe(true);
    expect(await findInconsistencies(api)).toEqual(CONSISTENT);
    expect(await countFiles(api.storeDir)).toBe(1);
    expectStatus(await client.delete(`/images/${name}`), 204);
    expect(await countFiles(api.storeDir)).toBe(0);
  }

  it('leave the bytes to the push that came to share them just before', async () => {
    const [name, bytes] = [unique('disk'), distinctImage('shared in time')];
    expectStatus(await alice.push(`name=${name}`, bytes), 201);
    // The push has its share of the blob, and waits to insert its image.
    await block(`INSERT INTO images (user_id, author_id, name, status)
                 SELECT id, id, '${name}', 'pending' FROM users WHERE username = 'bob'`);
    const pushed = bob.push(`name=${name}`, bytes);
    await untilWaiting(1);
    const deleted = alice.delete(`/images/${name}`);
    await untilWaiting(2);
    await release();
    expectStatus(await pushed, 201);
    expectStatus(await deleted, 204);
    await expectOnlyCopyIntact(bob, name, bytes);
  });

  it('leave the push its own copy when it came just after', async () => {
    const [name, bytes] = [unique('disk'), distinctImage('shared too late')];
    expectStatus(await alice.push(`name=${name}`, bytes), 201);
    // The deletion has given the blob up, and waits to note that its file is to go.
    await block('INSERT INTO discarded_blobs (storage_key) SELECT storage_key FROM blobs');
    const deleted = alice.delete(`/images/${name}`);
    await untilWaiting(1);
    const pushed = bob.push(`name=${name}`, bytes);
    await untilWaiting(2);
    await release();
    expectStatus(await deleted, 204);
    expectStatus(await pushed, 201);
    await expectOnlyCopyIntact(bob, name, bytes);
  });

  it('of two pushes that bring the bytes at once, one file is kept', async () => {
    const [name, bytes] = [unique('disk'), distinctImage('brought twice')];
    await block(`INSERT INTO images (user_id, author_id, name, status)
                 SELECT id, id, '${name}', 'pending' FROM users WHERE username = 'alice'`);
    const first = alice.push(`name=${name}`, bytes);
    await untilWaiting(1);
    const second = bob.push(`name=${name}`, bytes);
    await untilWaiting(2);
    expect(await countFiles(api.storeDir)).toBe(2);
    await release();
    expectStatus(await first, 201);
    expectStatus(await second, 201);
    expectStatus(await alice.delete(`/images/${name}`), 204);
    await expectOnlyCopyIntact(bob, name, bytes);
  });
});

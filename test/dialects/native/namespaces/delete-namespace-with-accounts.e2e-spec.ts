import { Database } from '#platform/database';
import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import {
  expectStatus,
  mintToken,
  newNamespace,
  newTree,
  newUser,
  pushImage,
  type TestUser,
} from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';
import { newServiceAccount } from '../../../support/service-accounts.js';
import { changingNothing } from '../../../support/whole-state.js';

const SCOPES = ['image:read', 'image:write', 'image:delete', 'namespace:read', 'namespace:write', 'namespace:delete'];

describe('DELETE /n/:owner/:path, where service accounts belong to it', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    alice = await newUser(api.admin);
    await newTree(alice, 'top/mid/low');
    await newTree(alice, 'beside');
  });
  afterAll(() => api.close());

  const at = (path: string): string => `/n/${alice.username}/${path}`;
  const clientOf = async (robot: string): Promise<NativeClient> =>
    new NativeClient(api.url, await mintToken(alice, SCOPES, robot));
  const rowsAbout = (robot: string): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(
      `SELECT u.deleted_at IS NOT NULL AS deleted, u.namespace_id,
              (SELECT count(*)::int FROM tokens WHERE user_id = u.id) AS tokens,
              (SELECT count(*)::int FROM bindings WHERE subject_id = u.id) AS bindings
       FROM users u WHERE u.username = $1 ORDER BY u.id`,
      [robot],
    );

  /** What an account may own from when it could, and no request can give it any more. */
  const giveAsBefore = (table: string, key: string, value: string, robot: string): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(
      `UPDATE ${table} SET user_id = (SELECT id FROM users WHERE username = $2) WHERE ${key} = $1
         AND user_id = (SELECT id FROM users WHERE username = $3)`,
      [value, robot, alice.username],
    );

  it('deletes those of it and of all below: tokens are dead, bindings gone, names free, others stay', async () => {
    const [above, own, below, other] = [
      await newServiceAccount(alice, 'top'),
      await newServiceAccount(alice, 'top/mid'),
      await newServiceAccount(alice, 'top/mid/low'),
      await newServiceAccount(alice, 'beside'),
    ];
    for (const user of [above, own, below, other]) {
      expectStatus(await alice.post('/bindings', { role: 'reader', subject: { user }, namespace: 'beside' }), 201);
    }
    const clients = [await clientOf(above), await clientOf(own), await clientOf(below), await clientOf(other)];
    expect(await alice.delete(at('top/mid'))).toMatchObject({ status: 204, body: undefined });

    const statuses = await Promise.all(clients.map(async (client) => (await client.get('/images')).status));
    expect(statuses).toEqual([200, 401, 401, 200]);
    expect((await alice.get(`/users/${own}`)).status).toBe(404);
    expect(await rowsAbout(own)).toEqual([{ deleted: true, namespace_id: null, tokens: 0, bindings: 0 }]);
    expect(await rowsAbout(below)).toEqual([{ deleted: true, namespace_id: null, tokens: 0, bindings: 0 }]);
    expect(await rowsAbout(above)).toMatchObject([{ deleted: false, tokens: 1, bindings: 1 }]);

    const again = { username: own, email: `${own}@x.test`, kind: 'service', namespace: 'beside' };
    const remade = await alice.post('/users', again);
    expect(remade.status).toBe(201);
    expect(remade.body).toEqual(accountBody(own, { kind: 'service', namespace_id: expect.any(Number) }));
  });

  it('is on record for each of them', async () => {
    const robot = await newServiceAccount(alice, 'top/mid');
    const { namespace_id } = (await alice.get(`/users/${robot}`)).body as { namespace_id: number };
    expectStatus(await alice.delete(at('top')), 204);
    const facts = {
      username: robot,
      email: `${robot}@x.test`,
      kind: 'service',
      role: 'member',
      disabled: false,
      namespace_id,
    };
    expect(await story(api.admin, `target=${robot}`)).toEqual([
      { action: 'user.create', target: robot, before: null, after: facts },
      { action: 'user.delete', target: robot, before: facts, after: null },
    ]);
  });

  it('is refused where some still own something, names them, and changes nothing, until they do not', async () => {
    const [free, pusher, planter] = [
      await newServiceAccount(alice, 'top'),
      await newServiceAccount(alice, 'top/mid'),
      await newServiceAccount(alice, 'top/mid/low'),
    ];
    await clientOf(free);
    const [one, two] = [await clientOf(pusher), await clientOf(planter)];
    const { id } = await pushImage(alice, 'name=disk');
    await newNamespace(alice, 'garden');
    await giveAsBefore('images', 'name', 'disk', pusher);
    await giveAsBefore('namespaces', 'path', 'garden', planter);

    const { status, body } = await changingNothing(api, () => alice.delete(at('top')));
    expect([status, body]).toEqual([
      409,
      {
        message:
          'Service accounts of this namespace, or of one below it, still own images or namespaces; ' +
          `delete or transfer these first: ${[pusher, planter].sort().join(', ')}`,
      },
    ]);
    expect((await one.get('/images')).status).toBe(200);

    expectStatus(await one.delete(`/images/${id}`), 204);
    expectStatus(await two.delete(`/n/${planter}/garden`), 204);
    expectStatus(await alice.delete(at('top')), 204);
  });

  it('keeps what they pushed into the tree: it is the owner’s, by their name', async () => {
    const robot = await newServiceAccount(alice, 'top');
    expectStatus(await alice.post('/bindings', { role: 'writer', subject: { user: robot }, namespace: 'top' }), 201);
    const { id } = await pushImage(await clientOf(robot), `name=built&namespace=top@${alice.username}`);
    expectStatus(await alice.delete(at('top')), 204);
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({
      user: { username: alice.username },
      author: { username: robot },
      namespace: null,
    });
  });

  it('leaves no account behind, nor a token, however making, minting and deleting race', async () => {
    for (let round = 0; round < 8; round++) {
      await newTree(alice, 'raced/below');
      const [robot, user] = [`raced-${round}-${alice.username}`, await newServiceAccount(alice, 'raced')];
      const input = { username: robot, email: `${robot}@x.test`, kind: 'service', namespace: 'raced/below' };
      const [made, minted, gone] = await Promise.all([
        alice.post('/users', input),
        alice.post('/tokens', { name: 'x', scopes: ['image:read'], user }),
        alice.delete(at('raced')),
      ]);
      expect(gone.status).toBe(204);
      expect([201, 400]).toContain(made.status);
      expect([201, 403, 404]).toContain(minted.status);
      expect((await alice.get(`/users/${robot}`)).status).toBe(404);
      expect(await rowsAbout(user)).toEqual([{ deleted: true, namespace_id: null, tokens: 0, bindings: 0 }]);
    }
  });
});

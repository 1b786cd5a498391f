import { Database } from '#platform/database';
import { accountBody, tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import { expectStatus, mintToken, newNamespace, newTree, type TestUser } from '../../../support/builders.js';
import { type Answer, NativeClient } from '../../../support/native-client.js';
import { newServiceAccount } from '../../../support/service-accounts.js';
import { newMember, newTeam } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('POST /n/:owner/*path/-/transfer, where service accounts belong to the tree', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
  });
  beforeEach(async () => {
    alice = await newMember(api.admin, team, 'member');
    await newTree(alice, `${alice.username}/below`);
  });
  afterAll(() => api.close());

  const transfer = (): Promise<Answer> => alice.post(`/n/${alice.username}/${alice.username}/-/transfer`, { to: team });
  const images = async (secret: string): Promise<number> =>
    (await new NativeClient(api.url, secret).get('/images')).status;
  const passwordOf = (robot: string): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query('SELECT password_hash FROM users WHERE username = $1', [robot]);

  it('gives them to the new owner, who manages them from then on, and the former one no more', async () => {
    const robot = await newServiceAccount(alice, `${alice.username}/below`);
    const before = (await alice.get(`/users/${robot}`)).body;
    expectStatus(await transfer(), 200);
    expect((await alice.get(`/users/${robot}`)).body).toEqual(before);
    const refused = [
      await alice.patch(`/users/${robot}`, { disabled: true }),
      await alice.post('/tokens', { name: 'x', scopes: ['image:read'], user: robot }),
      await alice.get(`/tokens?user=${robot}`),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await images(await mintToken(lead, ['image:read'], robot))).toBe(200);
    expect((await lead.get(`/tokens?user=${robot}`)).body).toEqual([tokenBody({ last_used_at: expect.any(String) })]);
    expect((await lead.patch(`/users/${robot}`, { email: `new-${robot}@x.test` })).body).toEqual(
      accountBody(robot, { kind: 'service', namespace_id: expect.any(Number), email: `new-${robot}@x.test` }),
    );
  });

  it('ends all their tokens and passwords, which the former owner knows, and those of no other', async () => {
    await newNamespace(alice, 'kept');
    const [root, below, other] = [
      await newServiceAccount(alice, alice.username),
      await newServiceAccount(alice, `${alice.username}/below`),
      await newServiceAccount(alice, 'kept'),
    ];
    const secrets = [];
    for (const robot of [root, below, other]) {
      secrets.push(await mintToken(alice, ['image:read'], robot));
      expectStatus(await alice.patch(`/users/${robot}`, { password: 'secret' }), 200);
    }
    const { id } = (await alice.post('/tokens', { name: 'rotated', scopes: ['image:read'], user: root })).body as {
      id: number;
    };
    const { token } = (await alice.post(`/tokens/${id}/rotate`, { overlap: 3600 })).body as { token: string };
    expectStatus(await transfer(), 200);
    expect(await Promise.all([...secrets, token].map(images))).toEqual([401, 401, 200, 401]);
    expect([await passwordOf(root), await passwordOf(below)]).toEqual([
      [{ password_hash: null }],
      [{ password_hash: null }],
    ]);
    expect(await passwordOf(other)).toEqual([{ password_hash: expect.stringMatching(/^\$argon2id\$/) }]);
  });

  it('is on record for every token and password', async () => {
    const robot = await newServiceAccount(alice, alice.username);
    const { id } = (await api.admin.get(`/users/${robot}`)).body as { id: number };
    const name = `of-${robot}`;
    expectStatus(await alice.post('/tokens', { name, scopes: ['image:read'], user: robot }), 201);
    expectStatus(await alice.patch(`/users/${robot}`, { password: 'secret' }), 200);
    expectStatus(await transfer(), 200);
    const facts = { user_id: id, scopes: ['image:read'], expires_at: null };
    expect((await story(api.admin, `target=${name}`)).at(-1)).toEqual({
      action: 'token.revoke',
      target: name,
      before: facts,
      after: null,
    });
    expect((await story(api.admin, `target=${robot}`)).at(-1)).toEqual({
      action: 'user.update',
      target: robot,
      before: { password: null },
      after: { password: 'removed' },
    });
  });

  it('leaves tokens and passwords alone where it is refused', async () => {
    const robot = await newServiceAccount(alice, alice.username);
    const secret = await mintToken(alice, ['image:read'], robot);
    expectStatus(await alice.patch(`/users/${robot}`, { password: 'secret' }), 200);
    await lead.post('/namespaces', { name: alice.username, owner: team });
    const { status } = await changingNothing(api, transfer);
    expect(status).toBe(409);
    expect(await images(secret)).toBe(200);
  });

  it('leaves the former owner no token, however minting and transferring race', async () => {
    for (let round = 0; round < 8; round++) {
      const name = `raced-${round}`;
      await newNamespace(alice, name);
      const robot = await newServiceAccount(alice, name);
      const own = new NativeClient(api.url, await mintToken(alice, ['token:write', 'image:read'], robot));
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => alice.post('/tokens', { name: 'x', scopes: ['image:read'], user: robot })),
        ...[1, 2, 3].map(() => own.post('/tokens', { name: 'x', scopes: ['image:read'] })),
        alice.patch(`/users/${robot}`, { password: 'secret' }),
        alice.post(`/n/${alice.username}/${name}/-/transfer`, { to: team }),
      ]);
      expect(answers.at(-1)?.status).toBe(200);
      for (const { status } of answers) expect([200, 201, 401, 403]).toContain(status);
      expect((await lead.get(`/tokens?user=${robot}`)).body).toEqual([]);
      expect(await passwordOf(robot)).toEqual([{ password_hash: null }]);
    }
  });
});

import { Database } from '#platform/database';
import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import { collaborate, mintToken, newTree, newUser, type TestUser, unique } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';
import { newServiceAccount } from '../../../support/service-accounts.js';
import { newMember, newTeam } from '../../../support/teams.js';

const ADMINS_ONLY = { message: 'Only a user with the role admin may do this' };
const OWNERS_ONLY = { message: 'Only the owner of a namespace makes service accounts for it' };
const DENIED = { namespace: ['Namespace permission denied'] };

describe('a namespace’s service accounts', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let member: TestUser;
  let alice: TestUser;
  let guest: TestUser;
  let stranger: TestUser;
  let namespaceId: number;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    member = await newMember(api.admin, team, 'member');
    [alice, guest, stranger] = [await newUser(api.admin, 'alice'), await newUser(api.admin), await newUser(api.admin)];
    await newTree(alice, 'ci/nightly');
    await newTree(alice, 'open', 'public');
    await lead.post('/namespaces', { name: 'ours', owner: team });
    await collaborate(alice, 'ci', guest, 'maintainer');
    namespaceId = ((await alice.get('/n/alice/ci/nightly')).body as { id: number }).id;
  });
  afterAll(() => api.close());

  const input = (changes: object = {}): { username: string } => {
    const username = unique('robot');
    return { username, email: `${username}@x.test`, kind: 'service', namespace: 'ci/nightly', ...changes } as {
      username: string;
    };
  };

  it('are made by the owner of the tree and by admins, at any level, and say where they belong', async () => {
    const makers: [NativeClient, object][] = [
      [alice, {}],
      [alice, { namespace: 'CI/nightly@Alice', team: null }],
      [api.admin, { namespace: 'ci/nightly@alice' }],
    ];
    for (const [client, changes] of makers) {
      const robot = input(changes);
      const { status, headers, body } = await client.post('/users', robot);
      expect(status).toBe(201);
      expect(headers.get('location')).toBe(`${api.url}/users/${robot.username}`);
      expect(body).toEqual(accountBody(robot.username, { kind: 'service', namespace_id: namespaceId }));
      expect((await stranger.get(`/users/${robot.username}`)).body).toEqual(body);
    }
    const ofRoot = await alice.post('/users', input({ namespace: 'ci' }));
    expect([ofRoot.status, ofRoot.body]).toEqual([201, expect.objectContaining({ owner_id: null })]);
  });

  it('are made by the leads of the team that owns the tree', async () => {
    const robot = input({ namespace: `ours@${team}` });
    const refused = await member.post('/users', robot);
    expect([refused.status, refused.body]).toEqual([403, OWNERS_ONLY]);
    const { status, body } = await lead.post('/users', robot);
    expect(status).toBe(201);
    expect(body).toEqual(accountBody(robot.username, { kind: 'service', namespace_id: expect.any(Number) }));
  });

  it.each([
    ['by a maintainer of the tree', () => guest, { namespace: 'ci@alice' }, 403, OWNERS_ONLY],
    ['by who sees it as everybody does', () => stranger, { namespace: 'open@alice' }, 403, OWNERS_ONLY],
    ['by who does not see it', () => stranger, { namespace: 'ci@alice' }, 400, DENIED],
    ['below what somebody else’s push could make', () => stranger, { namespace: 'ci/new@alice' }, 400, DENIED],
    ['in an unknown namespace', () => alice, { namespace: 'nowhere' }, 400, { namespace: ['No such namespace'] }],
    ['of nobody’s', () => alice, { namespace: 'ci@nobody' }, 400, { namespace: ['Namespace invalid owner'] }],
    ['in a namespace of no name', () => alice, { namespace: 'ci//x' }, 400, { namespace: [expect.any(String)] }],
    ['without a namespace by a member', () => alice, { namespace: null }, 403, ADMINS_ONLY],
    ['for a number', () => alice, { namespace: 5 }, 400, { namespace: ['Namespace must be a string'] }],
    [
      'for a team and a namespace at once',
      () => api.admin,
      { namespace: 'ci@alice', team: 'any' },
      400,
      { namespace: ['Name a team or a namespace, not both'] },
    ],
    ['by a taken name', () => alice, { username: 'alice' }, 400, { username: ['Username already exists'] }],
    [
      'as persons, nor as admins',
      () => api.admin,
      { namespace: 'ci@alice', kind: null, role: 'admin' },
      400,
      {
        kind: ['Kind must be service for an account that belongs to a namespace'],
        role: ['Role must be member for an account that belongs to a namespace'],
      },
    ],
  ])('are not made %s', async (_, client, changes, status, problem) => {
    const robot = input(changes);
    const answer = await client().post('/users', robot);
    expect([answer.status, answer.body]).toEqual([status, problem]);
    expect((await api.admin.get(`/users/${robot.username}`)).status).toBe(robot.username === 'alice' ? 200 : 404);
  });

  it('are not made by a push’s way of making namespaces', async () => {
    await alice.post('/users', input({ namespace: 'never/made' }));
    expect((await alice.get('/n/alice/never')).status).toBe(404);
  });

  it('are changed, disabled and let in again by the owner of the tree, with all their tokens', async () => {
    const robot = await newServiceAccount(alice, 'ci');
    const client = new NativeClient(api.url, await mintToken(alice, ['image:read'], robot));
    expect((await client.get('/images')).status).toBe(200);
    const changed = await alice.patch(`/users/${robot}`, { disabled: true, email: 'r@x.test', password: 'secret' });
    expect(changed.body).toEqual(
      accountBody(robot, {
        email: 'r@x.test',
        kind: 'service',
        namespace_id: expect.any(Number),
        disabled: true,
        disabled_at: expect.any(String),
      }),
    );
    expect((await client.get('/images')).status).toBe(401);
    expect((await alice.patch(`/users/${robot}`, { disabled: false })).status).toBe(200);
    expect((await client.get('/images')).status).toBe(200);
  });

  it('are changed by the leads of the team that owns the tree, and by nobody else', async () => {
    const robot = await newServiceAccount(lead, `ours@${team}`);
    for (const client of [member, alice, stranger]) {
      const { status, body } = await client.patch(`/users/${robot}`, { disabled: true });
      expect([status, body]).toEqual([403, ADMINS_ONLY]);
    }
    expect((await lead.patch(`/users/${robot}`, { disabled: true })).body).toMatchObject({ disabled: true });
  });

  it('never become admins, whoever asks, nor by the database', async () => {
    const robot = await newServiceAccount(alice, 'ci');
    const asked = await alice.patch(`/users/${robot}`, { role: 'admin' });
    expect([asked.status, asked.body]).toEqual([403, ADMINS_ONLY]);
    const given = await api.admin.patch(`/users/${robot}`, { role: 'admin' });
    expect([given.status, given.body]).toEqual([
      400,
      { role: ['Role must be member for an account that belongs to a namespace'] },
    ]);
    const set = (what: string): Promise<object[]> =>
      api.app.get(Database, { strict: false }).query(`UPDATE users SET ${what} WHERE username = '${robot}'`);
    await expect(set(`role = 'admin'`)).rejects.toThrow('users_namespace_id_check');
    await expect(set(`kind = 'person'`)).rejects.toThrow('users_namespace_id_check');
    await expect(set('owner_id = id')).rejects.toThrow('users_one_owner_check');
  });

  it('are deleted by admins, and leave their namespace as it is', async () => {
    const robot = await newServiceAccount(alice, 'ci');
    const [byOwner, byAdmin] = [await alice.delete(`/users/${robot}`), await api.admin.delete(`/users/${robot}`)];
    expect([byOwner.status, byAdmin.status]).toEqual([403, 204]);
    expect((await alice.get('/n/alice/ci')).status).toBe(200);
  });

  it('are on record with the namespace they belong to', async () => {
    const robot = await newServiceAccount(alice, 'ci/nightly');
    expect(await story(api.admin, `target=${robot}`)).toEqual([
      {
        action: 'user.create',
        target: robot,
        before: null,
        after: {
          username: robot,
          email: `${robot}@x.test`,
          kind: 'service',
          role: 'member',
          disabled: false,
          namespace_id: namespaceId,
        },
      },
    ]);
  });
});

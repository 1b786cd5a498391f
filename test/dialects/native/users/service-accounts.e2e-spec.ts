import { accountBody, tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { mintToken, newUser, type TestUser, unique, withScopes } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';
import { newMember, newTeam } from '../../../support/teams.js';

const ADMINS_ONLY = { message: 'Only a user with the role admin may do this' };

describe('a team’s service accounts', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let member: TestUser;
  let stranger: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    member = await newMember(api.admin, team, 'member');
    stranger = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const input = (changes: object = {}): { username: string } => {
    const username = unique('robot');
    return { username, email: `${username}@x.test`, kind: 'service', team, ...changes } as { username: string };
  };
  const newRobot = async (): Promise<string> => {
    const robot = input();
    expect((await lead.post('/users', robot)).status).toBe(201);
    return robot.username;
  };

  it('are made by its leads and by admins', async () => {
    for (const client of [lead, api.admin]) {
      const robot = input();
      const { status, body } = await client.post('/users', robot);
      expect(status).toBe(201);
      expect(body).toEqual(accountBody(robot.username, { kind: 'service', owner_id: expect.any(Number) }));
      expect(await lead.get(`/users/${robot.username}`)).toMatchObject({ body });
    }
  });

  it.each([
    ['by members', () => member, {}, 403, { message: 'Only the leads of a team make service accounts for it' }],
    ['by strangers', () => stranger, {}, 400, { team: ['No such team'] }],
    ['without a team by a lead', () => lead, { team: null }, 403, ADMINS_ONLY],
    ['of an unknown team', () => api.admin, { team: 'nowhere' }, 400, { team: ['No such team'] }],
    [
      'as persons',
      () => lead,
      { kind: 'person' },
      400,
      { kind: ['Kind must be service for an account that belongs to a team'] },
    ],
    [
      'as admins',
      () => api.admin,
      { role: 'admin' },
      400,
      { role: ['Role must be member for an account that belongs to a team'] },
    ],
  ])('are not made %s', async (_, client, changes, status, problem) => {
    const robot = input(changes);
    const answer = await client().post('/users', robot);
    expect([answer.status, answer.body]).toEqual([status, problem]);
    expect((await api.admin.get(`/users/${robot.username}`)).status).toBe(404);
  });

  it('are disabled and let in again by its leads, with all their tokens', async () => {
    const robot = await newRobot();
    const client = new NativeClient(api.url, await mintToken(lead, ['image:read'], robot));
    expect((await client.get('/images')).status).toBe(200);
    expect((await lead.patch(`/users/${robot}`, { disabled: true })).body).toMatchObject({ disabled: true });
    expect((await client.get('/images')).status).toBe(401);
    expect((await lead.patch(`/users/${robot}`, { disabled: false })).status).toBe(200);
    expect((await client.get('/images')).status).toBe(200);
  });

  it('never become admins', async () => {
    const robot = await newRobot();
    const asked = await lead.patch(`/users/${robot}`, { role: 'admin' });
    expect([asked.status, asked.body]).toEqual([403, ADMINS_ONLY]);
    const given = await api.admin.patch(`/users/${robot}`, { role: 'admin' });
    expect([given.status, given.body]).toEqual([
      400,
      { role: ['Role must be member for an account that belongs to a team'] },
    ]);
  });

  it('get, change and lose tokens by its leads', async () => {
    const robot = await newRobot();
    const minted = await lead.post('/tokens', { name: 'test', scopes: ['image:read'], user: robot });
    expect(minted.status).toBe(201);
    const { id, token } = minted.body as { id: number; token: string };
    expect((await lead.get(`/tokens?user=${robot}`)).body).toEqual([tokenBody({ id })]);
    const rotated = (await lead.call('POST', `/tokens/${id}/rotate`)).body as { token: string };
    expect((await new NativeClient(api.url, token).get('/images')).status).toBe(401);
    expect((await new NativeClient(api.url, rotated.token).get('/images')).status).toBe(200);
    expect((await lead.delete(`/tokens/${id}`)).status).toBe(204);
    expect((await new NativeClient(api.url, rotated.token).get('/images')).status).toBe(401);
  });

  it('never get more scopes than the token of the lead who mints or rotates', async () => {
    const robot = await newRobot();
    const weak = await withScopes(lead, 'token:write', 'image:read');
    const refused = { message: 'You cannot grant what you do not hold: image:delete' };
    const scopes = ['image:read', 'image:delete'];
    const minted = await weak.post('/tokens', { name: 'x', scopes, user: robot });
    expect([minted.status, minted.body]).toEqual([403, refused]);
    const { id } = (await lead.post('/tokens', { name: 'x', scopes, user: robot })).body as { id: number };
    const rotated = await weak.call('POST', `/tokens/${id}/rotate`);
    expect([rotated.status, rotated.body]).toEqual([403, refused]);
  });

  it('are out of reach for members and strangers', async () => {
    const robot = await newRobot();
    const { id } = (await lead.post('/tokens', { name: 'x', scopes: ['image:read'], user: robot })).body as {
      id: number;
    };
    for (const client of [member, stranger]) {
      const answers = [
        await client.patch(`/users/${robot}`, { disabled: true }),
        await client.post('/tokens', { name: 'x', scopes: ['image:read'], user: robot }),
        await client.get(`/tokens?user=${robot}`),
        await client.call('POST', `/tokens/${id}/rotate`),
        await client.delete(`/tokens/${id}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 404, 404]);
    }
  });

  it('keep their team from being deleted', async () => {
    await newRobot();
    const { status, body } = await lead.delete(`/teams/${team}`);
    expect([status, body]).toEqual([409, { message: expect.stringMatching(/ and [1-9]\d* service accounts, /) }]);
  });
});

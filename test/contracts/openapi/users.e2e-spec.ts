import { SCOPES } from '#kernel';
import { startTestApi, type TestApi } from '../../support/api.js';
import { mintToken } from '../../support/builders.js';
import { DescribedApi, idOf } from '../../support/described-api.js';
import { NativeClient } from '../../support/native-client.js';
import { newTeam } from '../../support/teams.js';

/** Service accounts that a team may have. */
const DEFAULT_LIMIT = 100;

const newRobot = (team: string, username: string): object => ({
  username,
  email: `${username}@example.com`,
  kind: 'service',
  team,
});

const described = await DescribedApi.committed();

describe('the examples of users and tokens, called in the order of a story', () => {
  let api: TestApi;
  let admin: NativeClient;
  let alice: NativeClient;
  let bob: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    ({ admin } = api);
  });
  afterAll(() => api.close());

  const callerNamed = async (username: string): Promise<NativeClient> =>
    new NativeClient(api.url, await mintToken(admin, SCOPES, username));

  it('are what users get', async () => {
    await described.answersItsExample(admin, 'createUser', 201);
    await described.call(admin, 'createUser', { json: { username: 'bob', email: 'bob@example.com' } });
    [alice, bob] = [await callerNamed('alice'), await callerNamed('bob')];
    await described.answersItsExample(admin, 'listUsers', 200);
    await described.answersItsExample(alice, 'showUser', 200);
    const token = await mintToken(alice, ['image:read', 'image:write']);
    await described.answersItsExample(new NativeClient(api.url, token), 'showCaller', 200);
  });

  it('are what tokens get', async () => {
    const token = idOf(await described.answersItsExample(admin, 'createToken', 201));
    await described.answersItsExample(admin, 'listTokens', 200);
    await described.answersItsExample(admin, 'rotateToken', 200, { path: `/tokens/${token}/rotate`, json: {} });
    await described.answersItsExample(admin, 'retirePreviousSecret', 204, { path: `/tokens/${token}/previous` });
    await described.answersItsExample(admin, 'revokeToken', 204, { path: `/tokens/${token}` });
  });

  it('are what refused requests for users get', async () => {
    await described.answersItsExample(admin, 'createUser', 400);
    await described.answersItsExample(alice, 'createUser', 403);
    const team = await newTeam(admin);
    const robots = Array.from({ length: DEFAULT_LIMIT }, (_, index) => newRobot(team, `robot${index}`));
    for (const json of robots) await described.call(admin, 'createUser', { json });
    await described.answersItsExample(admin, 'createUser', 409, { json: newRobot(team, 'one-more') });
    await described.answersItsExample(alice, 'showUser', 404, { path: '/users/nobody' });
    await described.answersItsExample(alice, 'updateUser', 400, { json: { email: 'nowhere' } });
    await described.answersItsExample(bob, 'updateUser', 403);
    await described.answersItsExample(admin, 'updateUser', 404, { path: '/users/nobody' });
    await described.answersItsExample(admin, 'updateUser', 409, { path: '/users/admin', json: { disabled: true } });
    await described.answersItsExample(admin, 'deleteUser', 404, { path: '/users/nobody' });
    await described.answersItsExample(admin, 'deleteUser', 409, { path: '/users/admin' });
  });

  it('are what refused requests for tokens get', async () => {
    await described.answersItsExample(alice, 'listTokens', 403, { path: '/tokens?user=bob' });
    await described.answersItsExample(admin, 'listTokens', 400, { path: '/tokens?filter=odd' });
    await described.answersItsExample(admin, 'listTokens', 404, { path: '/tokens?user=nobody' });
    await described.answersItsExample(alice, 'createToken', 400, { json: { name: 'x', scopes: [] } });
    const minter = new NativeClient(api.url, await mintToken(admin, ['token:write']));
    await described.answersItsExample(minter, 'createToken', 403, { json: { name: 'x', scopes: ['image:delete'] } });
    await described.answersItsExample(admin, 'createToken', 404, {
      json: { name: 'x', scopes: ['image:read'], user: 'nobody' },
    });
    const strong = idOf(await described.call(admin, 'createToken', { json: { name: 'x', scopes: ['image:delete'] } }));
    await described.answersItsExample(minter, 'rotateToken', 403, { path: `/tokens/${strong}/rotate` });
    await described.answersItsExample(alice, 'rotateToken', 404, { path: `/tokens/${strong}/rotate` });
    await described.answersItsExample(admin, 'rotateToken', 400, {
      path: `/tokens/${strong}/rotate`,
      json: { overlap: -1 },
    });
    await described.answersItsExample(alice, 'retirePreviousSecret', 404, { path: `/tokens/${strong}/previous` });
    await described.answersItsExample(alice, 'revokeToken', 404, { path: `/tokens/${strong}` });
  });

  it('leave no answer unseen', async () => {
    await described.answersItsExample(alice, 'updateUser', 200);
    await described.answersItsExample(admin, 'deleteUser', 204);
    expect(described.untold('Users', 'Tokens')).toEqual([]);
  });
});

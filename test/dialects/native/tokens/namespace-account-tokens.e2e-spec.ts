import { tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  mintToken,
  newTree,
  newUser,
  pushImage,
  type TestUser,
  withScopes,
} from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';
import { newServiceAccount } from '../../../support/service-accounts.js';

describe('tokens of a namespace’s service account', () => {
  let api: TestApi;
  let alice: TestUser;
  let guest: TestUser;
  let stranger: TestUser;
  let robot: string;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, guest, stranger] = [await newUser(api.admin), await newUser(api.admin), await newUser(api.admin)];
    await newTree(alice, 'ci/nightly');
    await collaborate(alice, 'ci', guest, 'maintainer');
  });
  beforeEach(async () => {
    robot = await newServiceAccount(alice, 'ci/nightly');
  });
  afterAll(() => api.close());

  it('are made, listed, rotated and revoked by the owner of the tree', async () => {
    const minted = await alice.post('/tokens', { name: 'test', scopes: ['image:read'], user: robot });
    expect(minted.status).toBe(201);
    const { id, token } = minted.body as { id: number; token: string };
    expect(minted.body).toEqual({ ...tokenBody({ id }), token });
    expect((await alice.get(`/tokens?user=${robot}`)).body).toEqual([tokenBody({ id })]);
    const rotated = (await alice.call('POST', `/tokens/${id}/rotate`)).body as { token: string };
    expect((await new NativeClient(api.url, token).get('/images')).status).toBe(401);
    expect((await new NativeClient(api.url, rotated.token).get('/images')).status).toBe(200);
    expect((await alice.delete(`/tokens/${id}`)).status).toBe(204);
    expect((await new NativeClient(api.url, rotated.token).get('/images')).status).toBe(401);
  });

  it('give it no rights on the tree that it was not given', async () => {
    await pushImage(alice, `name=${robot}&namespace=ci`);
    const client = new NativeClient(api.url, await mintToken(alice, ['image:read', 'namespace:read'], robot));
    expect((await client.get('/images')).body).toEqual([]);
    expect((await client.get(`/n/${alice.username}/ci`)).status).toBe(404);
  });

  it('never get more scopes than the token of who mints or rotates', async () => {
    const weak = await withScopes(alice, 'token:write', 'image:read');
    const refused = { message: 'You cannot grant what you do not hold: image:delete' };
    const scopes = ['image:read', 'image:delete'];
    const minted = await weak.post('/tokens', { name: 'x', scopes, user: robot });
    expect([minted.status, minted.body]).toEqual([403, refused]);
    const { id } = (await alice.post('/tokens', { name: 'x', scopes, user: robot })).body as { id: number };
    const rotated = await weak.call('POST', `/tokens/${id}/rotate`);
    expect([rotated.status, rotated.body]).toEqual([403, refused]);
  });

  it('are out of reach for collaborators and strangers', async () => {
    const { id } = (await alice.post('/tokens', { name: 'x', scopes: ['image:read'], user: robot })).body as {
      id: number;
    };
    for (const client of [guest, stranger]) {
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

  it('can be its own doing, but cannot reach the namespace’s other accounts', async () => {
    const other = await newServiceAccount(alice, 'ci/nightly');
    const client = new NativeClient(api.url, await mintToken(alice, ['token:write', 'image:read'], robot));
    expect((await client.post('/tokens', { name: 'x', scopes: ['image:read'] })).status).toBe(201);
    const { status, body } = await client.post('/tokens', { name: 'x', scopes: ['image:read'], user: other });
    expect([status, body]).toEqual([403, { message: 'Only a user with the role admin may name another user' }]);
  });
});

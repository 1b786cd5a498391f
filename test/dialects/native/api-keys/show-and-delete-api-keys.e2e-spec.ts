import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { newApiKey } from '../../../support/hotkeys.js';
import { NativeClient } from '../../../support/native-client.js';

describe('GET and DELETE /user/api-keys', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
  });
  afterAll(() => api.close());

  it('lists the caller’s own in pages, without secrets, and nobody else’s', async () => {
    for (const name of ['a', 'b', 'c']) await newApiKey(alice, { name, admin: true });
    await newApiKey(bob, { name: 'd', admin: true });
    const namesAt = async (path: string): Promise<string[]> =>
      ((await alice.get(path)).body as { name: string }[]).map(({ name }) => name);
    expect(await namesAt('/user/api-keys')).toEqual(['a', 'b', 'c']);
    expect(await namesAt('/user/api-keys?limit=2')).toEqual(['a', 'b']);
    expect(await namesAt('/user/api-keys?limit=2&page=2')).toEqual(['c']);
    expect(JSON.stringify((await alice.get('/user/api-keys')).body)).not.toContain('cpk_');
  });

  it('shows and deletes one of the caller’s, and none of others', async () => {
    const { id, secret_key: secret } = await newApiKey(alice, { name: 'gone', admin: true });
    const path = `/user/api-keys/${id}`;
    expect((await alice.get(path)).body).toMatchObject({ id, name: 'gone', admin: true });
    expect(JSON.stringify((await alice.get(path)).body)).not.toContain(secret.slice(-32));
    for (const call of [() => bob.get(path), () => bob.delete(path), () => api.admin.get(path)]) {
      const { status, body } = await call();
      expect([status, body]).toEqual([404, { message: 'Not Found' }]);
    }
    expect((await alice.delete(path)).status).toBe(204);
    for (const call of [() => alice.get(path), () => alice.delete(path)]) {
      const { status, body } = await call();
      expect([status, body]).toEqual([404, { message: 'Not Found' }]);
    }
  });

  it('is no token: none is listed or revoked as one, or taken by any route of this API', async () => {
    const { id, secret_key: secret } = await newApiKey(bob, { name: 'foreign', admin: true });
    expect(((await bob.get('/tokens')).body as { id: number }[]).map((token) => token.id)).not.toContain(id);
    expect((await bob.delete(`/tokens/${id}`)).status).toBe(404);
    expect((await bob.call('POST', `/tokens/${id}/rotate`)).status).toBe(404);
    const thief = new NativeClient(api.url, secret);
    for (const path of ['/namespaces', '/user', '/tokens', '/user/api-keys', '/teams', '/operations/1']) {
      const { status, body } = await thief.get(path);
      expect([path, status, body]).toEqual([
        path,
        401,
        { message: 'Send a valid token in the header "Authorization: Bearer <token>"' },
      ]);
    }
  });
});

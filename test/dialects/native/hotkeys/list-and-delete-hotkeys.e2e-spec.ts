import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { newHotkey } from '../../../support/hotkeys.js';
import { linksOf } from '../../../support/links.js';

describe('GET and DELETE /user/hotkeys', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
  });
  afterAll(() => api.close());

  const addressesAt = async (user: TestUser, path: string): Promise<string[]> =>
    ((await user.get(path)).body as { hotkey: string }[]).map(({ hotkey }) => hotkey);

  it('lists the caller’s own in pages, the oldest first, and nobody else’s', async () => {
    const mine = [];
    for (let i = 0; i < 3; i++) mine.push((await newHotkey(alice, 'alice')).hotkey.address);
    await newHotkey(bob, 'bob');
    expect(await addressesAt(alice, '/user/hotkeys')).toEqual(mine);
    const first = await alice.get('/user/hotkeys?limit=2');
    expect((first.body as { hotkey: string }[]).map(({ hotkey }) => hotkey)).toEqual(mine.slice(0, 2));
    expect(linksOf(first)).toEqual({
      first: `${api.url}/user/hotkeys?limit=2&page=1`,
      next: `${api.url}/user/hotkeys?limit=2&page=2`,
    });
    expect(await addressesAt(alice, '/user/hotkeys?limit=2&page=2')).toEqual(mine.slice(2));
  });

  it('deletes one of the caller’s, once, and none of others', async () => {
    const { id, hotkey } = await newHotkey(alice, 'alice');
    for (const other of [bob, api.admin]) {
      const { status, body } = await other.delete(`/user/hotkeys/${id}`);
      expect([status, body]).toEqual([404, { message: 'Not Found' }]);
    }
    const gone = await alice.delete(`/user/hotkeys/${id}`);
    expect([gone.status, gone.body]).toEqual([204, undefined]);
    expect(await addressesAt(alice, '/user/hotkeys')).not.toContain(hotkey.address);
    expect((await alice.delete(`/user/hotkeys/${id}`)).status).toBe(404);
  });

  it('is no token: none is listed, rotated or revoked as one, and no token is deleted as a hotkey', async () => {
    const { id } = await newHotkey(bob, 'bob');
    const tokens = (await bob.get('/tokens')).body as { id: number }[];
    expect(tokens.map((token) => token.id)).not.toContain(id);
    expect((await api.admin.get('/tokens?user=bob')).body).toHaveLength(tokens.length);
    expect(
      ((await api.admin.get('/tokens?filter=unused&limit=100')).body as { id: number }[]).map((one) => one.id),
    ).not.toContain(id);
    expect((await bob.call('POST', `/tokens/${id}/rotate`)).status).toBe(404);
    expect((await bob.delete(`/tokens/${id}`)).status).toBe(404);
    expect((await bob.delete(`/user/hotkeys/${tokens[0]?.id ?? 0}`)).status).toBe(404);
    expect((await bob.delete(`/user/api-keys/${id}`)).status).toBe(404);
  });

  it.each(['abc', '0', '2147483648'])('answers 404 to the id %s', async (id) => {
    const { status, body } = await alice.delete(`/user/hotkeys/${id}`);
    expect([status, body]).toEqual([404, { message: 'Not Found' }]);
  });
});

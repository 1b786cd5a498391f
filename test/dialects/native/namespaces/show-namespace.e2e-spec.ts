import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, newTree, newUser, type TestUser, withScopes } from '../../../support/builders.js';
import { namespaceBody } from '../../../support/image-body.js';
import type { NativeClient } from '../../../support/native-client.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('GET /n/:owner/:path', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    for (const visibility of ['private', 'internal', 'public']) {
      await newTree(alice, `${visibility}/child`, visibility);
    }
  });
  afterAll(() => api.close());

  const show = async (client: NativeClient, path: string): Promise<{ status: number; body: unknown }> => {
    const { status, body } = await client.get(`/n/${alice.username}/${path}`);
    return { status, body };
  };

  it('shows the whole entity', async () => {
    expect(await show(alice, 'private/child')).toEqual({ status: 200, body: namespaceBody(alice, 'private/child') });
  });

  it('finds it whatever the case of its owner and path, also where the path is one escaped segment', async () => {
    const expected = await alice.get(`/n/${alice.username}/private/child`);
    for (const path of ['PRIVATE/Child', 'private%2Fchild']) {
      expect((await alice.get(`/n/${alice.username.toUpperCase()}/${path}`)).body).toEqual(expected.body);
    }
  });

  it('hides a private tree from strangers, and an internal one from the anonymous', async () => {
    const stranger = await newUser(api.admin);
    const rows: [NativeClient, string, number][] = [
      [stranger, 'private', 404],
      [stranger, 'internal', 200],
      [stranger, 'public', 200],
      [api.anonymous, 'private', 404],
      [api.anonymous, 'internal', 404],
      [api.anonymous, 'public', 200],
      [api.admin, 'private', 200],
    ];
    for (const [client, root, status] of rows) {
      for (const path of [root, `${root}/child`]) {
        const body = status === 404 ? NOT_FOUND.body : namespaceBody(alice, path, { visibility: root });
        expect(await show(client, path)).toEqual({ status, body });
      }
    }
  });

  it.each(['reader', 'writer', 'maintainer'])(
    'shows a private tree to its %s, the root and all below',
    async (role) => {
      const guest = await newUser(api.admin);
      await collaborate(alice, 'private', guest, role);
      for (const path of ['private', 'private/child']) {
        expect(await show(guest, path)).toEqual({ status: 200, body: namespaceBody(alice, path) });
      }
    },
  );

  it.each(['nowhere', 'private/nowhere', 'child', 'private/child/-/builds', 'private/-', '-', '..%2Fprivate'])(
    'answers 404 for %s',
    async (path) => {
      expect(await show(alice, path)).toEqual(NOT_FOUND);
    },
  );

  it('answers 404 for an owner that there is not', async () => {
    expect(await alice.get('/n/nobody/private')).toMatchObject(NOT_FOUND);
  });

  it('wants the scope namespace:read of who sends a token, even where the namespace is public', async () => {
    const { status, headers } = await (
      await withScopes(alice, 'namespace:write', 'namespace:delete', 'image:read')
    ).get(`/n/${alice.username}/public`);
    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="Diskyard", error="insufficient_scope", scope="namespace:read"',
    );
  });
});

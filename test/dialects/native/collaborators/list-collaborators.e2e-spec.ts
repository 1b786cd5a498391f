import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';

describe('GET /n/:owner/:path/-/collaborators', () => {
  let api: TestApi;
  let alice: TestUser;
  let at: (path: string) => string;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    at = (path) => `/n/${alice.username}/${path}/-/collaborators`;
  });
  afterAll(() => api.close());

  const collaboratorBody = ({ username }: TestUser, role: string, path: string): object => ({
    id: expect.any(Number),
    username,
    email: `${username}@x.test`,
    role,
    created_at: expect.stringMatching(TIME),
    url: `${api.url}${at(path)}/${username}`,
  });

  it('lists who collaborates in the tree, by username, as whole entities, also when asked below its root', async () => {
    const [zoe, bob] = [await newUser(api.admin, 'zoe'), await newUser(api.admin, 'bob')];
    await newTree(alice, 'team/child');
    await collaborate(alice, 'team', zoe, 'reader');
    await collaborate(alice, 'team', bob, 'maintainer');
    for (const path of ['team', 'team/child']) {
      const { status, body } = await alice.get(at(path));
      const expected = [collaboratorBody(bob, 'maintainer', path), collaboratorBody(zoe, 'reader', path)];
      expect({ status, body }).toEqual({ status: 200, body: expected });
    }
    expect((await api.admin.get(at('team'))).body).toHaveLength(2);
  });

  it('leaves out the owner, the invited and the collaborators of other trees', async () => {
    const [invited, other] = [await newUser(api.admin), await newUser(api.admin)];
    for (const path of ['alone', 'other']) await newNamespace(alice, path);
    expectStatus(await alice.post(`/n/${alice.username}/alone/-/invites`, { handle: invited.username }), 201);
    await collaborate(alice, 'other', other, 'reader');
    expect((await alice.get(at('alone'))).body).toEqual([]);
  });

  it('is for the owner alone: 403 to who sees the namespace, 404 to who does not, 401 to the anonymous', async () => {
    const [maintainer, stranger] = [await newUser(api.admin), await newUser(api.admin)];
    await newNamespace(alice, 'closed');
    await newNamespace(alice, 'open', 'public');
    await collaborate(alice, 'closed', maintainer, 'maintainer');
    const forbidden = { message: 'You can see this namespace, but have no role with invite:read on it' };
    expect(await maintainer.get(at('closed'))).toMatchObject({ status: 403, body: forbidden });
    expect(await stranger.get(at('open'))).toMatchObject({ status: 403, body: forbidden });
    expect(await stranger.get(at('closed'))).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    expect((await api.anonymous.get(at('open'))).status).toBe(401);
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, newNamespace, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { inviteBody } from '../../../support/invite-body.js';

describe('lists of invites', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob, carol] = [await newUser(api.admin), await newUser(api.admin), await newUser(api.admin)];
    await newTree(alice, 'team/child');
    await newNamespace(bob, 'club', 'public');
    await alice.post(`/n/${alice.username}/team/-/invites`, { handle: carol.username, role: 'reader' });
    await bob.post(`/n/${bob.username}/club/-/invites`, { handle: carol.username });
    await alice.post(`/n/${alice.username}/team/-/invites`, { handle: bob.username, role: 'writer' });
  });
  afterAll(() => api.close());

  describe('GET /invites', () => {
    it('has those that the caller has received, in the order in which they came, as whole entities', async () => {
      const { status, body } = await carol.get('/invites');
      expect(status).toBe(200);
      expect(body).toEqual([inviteBody(alice, 'team', carol, { role: 'reader' }), inviteBody(bob, 'club', carol)]);
    });

    it('has nothing of what the caller has sent, and nothing of others’, not even for an admin', async () => {
      expect((await alice.get('/invites')).body).toEqual([]);
      expect((await api.admin.get('/invites')).body).toEqual([]);
    });
  });

  describe('GET /n/:owner/:path/-/invites', () => {
    const path = (name: string): string => `/n/${alice.username}/${name}/-/invites`;

    it('has those of the tree that are not answered yet, also when asked below its root', async () => {
      const expected = [
        inviteBody(alice, 'team', carol, { role: 'reader' }),
        inviteBody(alice, 'team', bob, { role: 'writer' }),
      ];
      for (const name of ['team', 'team/child', 'TEAM']) {
        expect(await alice.get(path(name))).toMatchObject({ status: 200, body: expected });
      }
      expect((await api.admin.get(path('team'))).body).toEqual(expected);
    });

    it('is for the owner alone: 403 to who sees the namespace, 404 to who does not, 401 to the anonymous', async () => {
      const maintainer = await newUser(api.admin);
      await collaborate(alice, 'team', maintainer, 'maintainer');
      expect(await maintainer.get(path('team'))).toMatchObject({
        status: 403,
        body: { message: 'You can see this namespace, but have no role with invite:read on it' },
      });
      expect((await carol.get(`/n/${bob.username}/club/-/invites`)).status).toBe(403);
      expect(await carol.get(path('team'))).toMatchObject({ status: 404, body: { message: 'Not Found' } });
      expect((await api.anonymous.get(path('team'))).status).toBe(401);
    });
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, type TestUser, unique } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';
import { newMember, newTeam } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

const VOID = {
  status: 409,
  body: { message: 'This invite is void: who sent it may not give that role here any more; ask for a new one' },
};

describe('an invite whose sender may not invite any more', () => {
  let api: TestApi;
  let owner: TestUser;
  let host: TestUser;
  let guest: TestUser;
  let root: string;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    [owner, host, guest] = [await newUser(api.admin), await newUser(api.admin), await newUser(api.admin)];
    root = unique('tree');
    await newTree(owner, root);
  });
  afterAll(() => api.close());

  const idOf = (body: unknown): number => (body as { id: number }).id;

  /** Gives a role on the tree, and answers the binding's path. */
  async function bind(subject: object, role = 'owner', more: object = {}): Promise<string> {
    const input = { role, subject, namespace: root, ...more };
    return `/bindings/${idOf(expectStatus(await owner.post('/bindings', input), 201).body)}`;
  }

  async function invite(from: NativeClient, account = owner.username): Promise<string> {
    const input = { handle: guest.username, role: 'writer' };
    return `/invites/${idOf(expectStatus(await from.post(`/n/${account}/${root}/-/invites`, input), 201).body)}`;
  }

  it('is void once they have lost their role, and good again with it', async () => {
    const binding = await bind({ user: host.username });
    const path = await invite(host);
    expectStatus(await owner.delete(binding), 204);
    expect(await changingNothing(api, () => guest.patch(path, {}))).toMatchObject(VOID);
    await bind({ user: host.username });
    expect((await guest.patch(path, {})).status).toBe(200);
  });

  it('is void once they hold less than the role gives', async () => {
    const binding = await bind({ user: host.username });
    const path = await invite(host);
    const role = { name: 'host', scopes: ['invite:write', 'namespace:read', 'image:read'], namespace: root };
    expectStatus(await owner.post('/roles', role), 201);
    await bind({ user: host.username }, 'host');
    expectStatus(await owner.delete(binding), 204);
    expect(await changingNothing(api, () => guest.patch(path, {}))).toMatchObject(VOID);
  });

  it('is void once what they hold has an end', async () => {
    const binding = await bind({ user: host.username });
    const path = await invite(host);
    expectStatus(await owner.patch(binding, { expires_in: 3600 }), 200);
    expect(await changingNothing(api, () => guest.patch(path, {}))).toMatchObject(VOID);
  });

  it('is void once they have left the team that could', async () => {
    const team = await newTeam(api.admin);
    const member = await newMember(api.admin, team, 'member');
    await bind({ team });
    const path = await invite(member);
    expectStatus(await member.delete(`/teams/${team}/members/${member.username}`), 204);
    expect(await changingNothing(api, () => guest.patch(path, {}))).toMatchObject(VOID);
  });

  it('makes room for a new one', async () => {
    const binding = await bind({ user: host.username });
    const path = await invite(host);
    expectStatus(await owner.delete(binding), 204);
    const next = await invite(owner);
    expect((await guest.get('/invites')).body).toMatchObject([{ id: Number(next.split('/').pop()), role: 'writer' }]);
    expect((await guest.patch(path, {})).status).toBe(404);
    expect((await guest.patch(next, {})).status).toBe(200);
  });

  it('goes with a transfer of the tree, but not that of who may still invite', async () => {
    const [team, other] = [await newTeam(api.admin), await newUser(api.admin)];
    expectStatus(
      await api.admin.call('PUT', `/teams/${team}/members/${owner.username}`, { json: { role: 'member' } }),
      200,
    );
    await bind({ user: host.username });
    const kept = await invite(host);
    const gone = await owner.post(`/n/${owner.username}/${root}/-/invites`, { handle: other.username });
    expectStatus(await owner.post(`/n/${owner.username}/${root}/-/transfer`, { to: team }), 200);
    expect((await other.get('/invites')).body).toEqual([]);
    expect((await other.patch(`/invites/${idOf(gone.body)}`, {})).status).toBe(404);
    expect((await guest.patch(kept, {})).status).toBe(200);
  });

  it('goes with a transfer to whom it was for', async () => {
    await bind({ user: host.username });
    await invite(host);
    expectStatus(await api.admin.post(`/n/${owner.username}/${root}/-/transfer`, { to: guest.username }), 200);
    expect((await guest.get('/invites')).body).toEqual([]);
  });

  it('is not sent by who holds for a time only, by role or by token', async () => {
    await bind({ user: host.username }, 'owner', { expires_in: 3600 });
    const input = { name: 'short', scopes: ['invite:write', 'image:read', 'namespace:read'], expires_in: 3600 };
    const { token } = expectStatus(await owner.post('/tokens', input), 201).body as { token: string };
    for (const client of [host, new NativeClient(api.url, token)]) {
      const { status, body } = await changingNothing(api, () =>
        client.post(`/n/${owner.username}/${root}/-/invites`, { handle: guest.username, role: 'reader' }),
      );
      expect([status, body]).toEqual([
        403,
        {
          message: expect.stringMatching(
            /^What you hold ends at 20.*Z, and an invite does not; bind a role that ends by then$/,
          ) as string,
        },
      ]);
    }
  });
});

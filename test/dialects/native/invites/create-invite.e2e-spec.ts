import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { inviteBody } from '../../../support/invite-body.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('POST /n/:owner/:path/-/invites', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let at: (path: string) => string;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    at = (path) => `/n/${alice.username}/${path}/-/invites`;
    await newNamespace(alice, 'team');
  });
  afterAll(() => api.close());

  const inviting = async (path: string, input: unknown, by = alice): Promise<{ status: number; body: unknown }> => {
    const { status, body } = await by.post(at(path), input);
    return { status, body };
  };

  const refused = (path: string, input: unknown, by = alice): Promise<{ status: number; body: unknown }> =>
    changingNothing(api, () => inviting(path, input, by));

  it('answers 201 with the whole entity and where it is', async () => {
    const { status, headers, body } = await alice.post(at('team'), { handle: bob.username, role: 'writer' });
    expect(status).toBe(201);
    expect(body).toEqual(inviteBody(alice, 'team', bob, { role: 'writer' }));
    const { id, url } = body as { id: number; url: string };
    expect(url).toBe(`${api.url}/invites/${id}`);
    expect(headers.get('location')).toBe(url);
    expect((await bob.get('/invites')).body).toEqual([body]);
  });

  it.each(['username', 'USERNAME', 'email', 'EMAIL'])('finds the invitee by %s', async (kind) => {
    const guest = await newUser(api.admin);
    const handle = kind.toLowerCase() === 'email' ? `${guest.username}@x.test` : guest.username;
    const typed = kind === kind.toUpperCase() ? handle.toUpperCase() : handle;
    expect(await inviting('team', { handle: typed })).toEqual({
      status: 201,
      body: inviteBody(alice, 'team', guest),
    });
  });

  it.each(['reader', 'writer', 'maintainer'])('offers the role %s', async (role) => {
    const guest = await newUser(api.admin);
    expect((await inviting('team', { handle: guest.username, role })).body).toMatchObject({ role });
  });

  it.each([{}, { role: null }])('offers the role maintainer unless told: %j', async (role) => {
    const guest = await newUser(api.admin);
    expect((await inviting('team', { handle: guest.username, ...role })).body).toMatchObject({ role: 'maintainer' });
  });

  it('invites to the root when asked on a namespace below', async () => {
    await newTree(alice, 'root/child');
    const { status, body } = await inviting('root/child', { handle: bob.username });
    expect({ status, body }).toEqual({ status: 201, body: inviteBody(alice, 'root', bob) });
  });

  it('gives no access by itself', async () => {
    const guest = await newUser(api.admin);
    await inviting('team', { handle: guest.username });
    expect((await guest.get(`/n/${alice.username}/team`)).status).toBe(404);
  });

  it.each([
    [{ handle: 'nobody' }, { message: 'No such user' }],
    [{ handle: '' }, { message: 'No such user' }],
    [{ handle: 'nobody@x.test' }, { message: 'No such user' }],
    [{}, { handle: ['Username Or Email field required'] }],
    [{ handle: 7 }, { handle: ['Username Or Email field required'] }],
    [{ handle: 'bob', role: 'owner' }, { role: ['Role must be one of reader, writer, maintainer'] }],
    [{ handle: 'bob', role: '' }, { role: ['Role must be one of reader, writer, maintainer'] }],
    [{ handle: 'bob', role: 7 }, { role: ['Role must be a string'] }],
    [{ handle: 'bob', level: 7 }, { level: ['Property level should not exist'] }],
  ])('refuses %j', async (input, body) => {
    expect(await refused('team', input)).toEqual({ status: 400, body });
  });

  it('refuses oneself', async () => {
    for (const handle of [alice.username, `${alice.username}@x.test`]) {
      expect(await refused('team', { handle })).toEqual({ status: 400, body: { message: 'Cannot invite self' } });
    }
  });

  it('refuses who is invited already, also with another role, which changes nothing', async () => {
    const guest = await newUser(api.admin);
    expectStatus(await alice.post(at('team'), { handle: guest.username, role: 'reader' }), 201);
    for (const role of ['reader', 'maintainer']) {
      const answer = await refused('team', { handle: guest.username, role });
      expect(answer).toEqual({ status: 400, body: { message: 'Invite already sent' } });
    }
  });

  it('takes only one of two invites that are sent at once', async () => {
    const guest = await newUser(api.admin);
    const answers = await Promise.all(
      ['reader', 'writer'].map((role) => inviting('team', { handle: guest.username, role })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it('refuses who collaborates already, also with another role, which changes nothing', async () => {
    const guest = await newUser(api.admin);
    await collaborate(alice, 'team', guest, 'reader');
    const answer = await refused('team', { handle: guest.username, role: 'maintainer' });
    expect(answer).toEqual({ status: 400, body: { message: 'Already a collaborator' } });
  });

  it('takes an invite to another tree of who is invited, or collaborates, in one', async () => {
    const guest = await newUser(api.admin);
    for (const path of ['one', 'two', 'three']) await newNamespace(alice, path);
    await collaborate(alice, 'one', guest, 'reader');
    expect((await inviting('two', { handle: guest.username })).status).toBe(201);
    expect((await inviting('three', { handle: guest.username })).status).toBe(201);
  });

  it('is for the owner alone: 403 to who sees the namespace, 404 to who does not, 401 to the anonymous', async () => {
    const [maintainer, stranger] = [await newUser(api.admin), await newUser(api.admin)];
    await collaborate(alice, 'team', maintainer, 'maintainer');
    await newNamespace(alice, 'open', 'public');
    const input = { handle: bob.username };
    const forbidden = { message: 'You can see this namespace, but have no role with invite:write on it' };
    expect(await refused('team', input, maintainer)).toEqual({ status: 403, body: forbidden });
    expect(await refused('open', input, stranger)).toEqual({ status: 403, body: forbidden });
    for (const path of ['team', 'nowhere']) {
      expect(await refused(path, input, stranger)).toEqual({ status: 404, body: { message: 'Not Found' } });
    }
    expect((await changingNothing(api, () => api.anonymous.post(at('open'), input))).status).toBe(401);
  });

  it('is open to an admin, who is then the inviter', async () => {
    const guest = await newUser(api.admin);
    const { body } = expectStatus(await api.admin.post(at('team'), { handle: guest.username }), 201);
    expect(body).toMatchObject({ inviter: { username: 'admin' }, namespace: { path: 'team' } });
  });
});

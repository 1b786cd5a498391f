import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { partiesBody } from '../../../support/invite-body.js';
import { changingNothing } from '../../../support/whole-state.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('PATCH /invites/:id', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
  });
  afterAll(() => api.close());

  /** Invites Bob to a new tree of two levels, and gives the invite's path and the root's name. */
  async function invite(role: string): Promise<{ invite: string; root: string }> {
    const root = unique('tree');
    await newTree(alice, `${root}/child`);
    const answer = await alice.post(`/n/${alice.username}/${root}/-/invites`, { handle: bob.username, role });
    return { invite: `/invites/${(expectStatus(answer, 201).body as { id: number }).id}`, root };
  }

  it('answers 200 with who invited whom to what', async () => {
    const { invite: path, root } = await invite('writer');
    const { status, body } = await bob.patch(path, {});
    expect({ status, body }).toEqual({ status: 200, body: { ...partiesBody(alice, root, bob), role: 'writer' } });
  });

  it('needs no body', async () => {
    const { invite: path } = await invite('reader');
    expect((await bob.call('PATCH', path)).status).toBe(200);
  });

  it('makes the invitee a collaborator of the root with the role that was offered, and ends the invite', async () => {
    const { invite: path, root } = await invite('reader');
    expectStatus(await bob.patch(path, {}), 200);
    expect((await alice.get(`/n/${alice.username}/${root}/-/collaborators`)).body).toMatchObject([
      { username: bob.username, role: 'reader' },
    ]);
    expect((await alice.get(`/n/${alice.username}/${root}/-/invites`)).body).toEqual([]);
    expect((await bob.get(path)).status).toBe(405);
    expect(await changingNothing(api, () => bob.patch(path, {}))).toMatchObject(NOT_FOUND);
  });

  it('is refused once the inviter has been disabled', async () => {
    const inviter = await newUser(api.admin);
    await newTree(inviter, 'tree');
    const answer = await inviter.post(`/n/${inviter.username}/tree/-/invites`, { handle: bob.username });
    const path = `/invites/${(expectStatus(answer, 201).body as { id: number }).id}`;
    expectStatus(await api.admin.patch(`/users/${inviter.username}`, { disabled: true }), 200);
    const { status, body } = await changingNothing(api, () => bob.patch(path, {}));
    expect(status).toBe(409);
    const message = 'This invite is void: who sent it may not give that role here any more; ask for a new one';
    expect(body).toEqual({ message });
  });

  it('opens the whole tree, with the images in it', async () => {
    const { invite: path, root } = await invite('reader');
    const { id } = await pushImage(alice, `name=disk&namespace=${root}/child`);
    expect((await bob.get(`/images/${id}`)).status).toBe(404);
    expectStatus(await bob.patch(path, {}), 200);
    expect((await bob.get(`/images/${id}`)).status).toBe(200);
    expect((await bob.get(`/n/${alice.username}/${root}/child`)).status).toBe(200);
  });

  it('is for the invitee alone, not even for the inviter or an admin', async () => {
    const { invite: path } = await invite('reader');
    for (const client of [alice, api.admin, await newUser(api.admin)]) {
      expect(await changingNothing(api, () => client.patch(path, {}))).toMatchObject(NOT_FOUND);
    }
    expect((await changingNothing(api, () => api.anonymous.patch(path, {}))).status).toBe(401);
    expectStatus(await bob.patch(path, {}), 200);
  });

  it('counts once when it comes twice at once', async () => {
    const { invite: path } = await invite('reader');
    const answers = await Promise.all([bob.patch(path, {}), bob.patch(path, {})]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  it('is too late once the invite has been taken back', async () => {
    const { invite: path } = await invite('reader');
    expectStatus(await alice.delete(path), 204);
    expect(await changingNothing(api, () => bob.patch(path, {}))).toMatchObject(NOT_FOUND);
  });

  it.each(['0', '-1', 'abc', '2147483648', '99999999999999999999', '999999'])(
    'answers 404 for the id %s',
    async (id) => {
      expect(await bob.patch(`/invites/${id}`, {})).toMatchObject(NOT_FOUND);
    },
  );
});

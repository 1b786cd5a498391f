import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, type TestUser, unique } from '../../../support/builders.js';
import { changingNothing } from '../../../support/whole-state.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('DELETE /invites/:id', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let root: string;
  let invite: string;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
  });
  afterAll(() => api.close());

  beforeEach(async () => {
    root = unique('root');
    await newNamespace(alice, root, 'public');
    const answer = await alice.post(`/n/${alice.username}/${root}/-/invites`, { handle: bob.username });
    invite = `/invites/${(expectStatus(answer, 201).body as { id: number }).id}`;
  });

  const isGone = async (): Promise<void> => {
    expect((await alice.get(`/n/${alice.username}/${root}/-/invites`)).body).toEqual([]);
    expect((await alice.get(`/n/${alice.username}/${root}/-/collaborators`)).body).toEqual([]);
    expect((await bob.patch(invite, {})).status).toBe(404);
  };

  it('lets the invitee decline', async () => {
    expect(await bob.delete(invite)).toMatchObject({ status: 204, body: undefined });
    await isGone();
  });

  it('lets the owner take it back', async () => {
    expect(await alice.delete(invite)).toMatchObject({ status: 204, body: undefined });
    await isGone();
  });

  it('lets an admin take it back', async () => {
    expectStatus(await api.admin.delete(invite), 204);
    await isGone();
  });

  it('lets the owner invite again, with another role', async () => {
    expectStatus(await bob.delete(invite), 204);
    await collaborate(alice, root, bob, 'reader');
    expect((await alice.get(`/n/${alice.username}/${root}/-/collaborators`)).body).toMatchObject([{ role: 'reader' }]);
  });

  it('hides it from everybody else, be they maintainers or the namespace public', async () => {
    const [maintainer, stranger] = [await newUser(api.admin), await newUser(api.admin)];
    await collaborate(alice, root, maintainer, 'maintainer');
    for (const client of [maintainer, stranger]) {
      expect(await changingNothing(api, () => client.delete(invite))).toMatchObject(NOT_FOUND);
    }
    expect((await changingNothing(api, () => api.anonymous.delete(invite))).status).toBe(401);
  });

  it('answers 404 the second time, and once it is accepted', async () => {
    expectStatus(await bob.patch(invite, {}), 200);
    for (const client of [alice, bob]) expect(await client.delete(invite)).toMatchObject(NOT_FOUND);
  });

  it.each(['0', '-1', 'abc', '99999999999999999999', '999999'])('answers 404 for the id %s', async (id) => {
    expect(await alice.delete(`/invites/${id}`)).toMatchObject(NOT_FOUND);
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newTree,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('DELETE /n/:owner/:path/-/collaborators/:handle', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let root: string;
  let at: (handle: string, path?: string) => string;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    at = (handle, path = root) => `/n/${alice.username}/${path}/-/collaborators/${handle}`;
  });
  afterAll(() => api.close());

  beforeEach(async () => {
    root = unique('root');
    await newTree(alice, `${root}/child`);
    await collaborate(alice, root, bob, 'maintainer');
  });

  const usernames = async (): Promise<string[]> => {
    const { body } = await alice.get(`/n/${alice.username}/${root}/-/collaborators`);
    return (body as { username: string }[]).map(({ username }) => username);
  };

  it('answers 204 without a body, and removes that one alone', async () => {
    const carol = await newUser(api.admin);
    await collaborate(alice, root, carol, 'reader');
    expect(await alice.delete(at(bob.username))).toMatchObject({ status: 204, body: undefined });
    expect(await usernames()).toEqual([carol.username]);
  });

  it.each(['username', 'USERNAME', 'email'])('finds them by %s', async (kind) => {
    const handle = kind === 'email' ? `${bob.username}@x.test` : bob.username;
    expectStatus(await alice.delete(at(kind === 'USERNAME' ? handle.toUpperCase() : handle)), 204);
    expect(await usernames()).toEqual([]);
  });

  it('removes them from the whole tree when asked below its root', async () => {
    expectStatus(await alice.delete(at(bob.username, `${root}/child`)), 204);
    expect(await usernames()).toEqual([]);
  });

  it('takes all access at once, also to images that they pushed there', async () => {
    const own = await pushImage(bob, `name=own&namespace=${root}@${alice.username}`);
    const other = await pushImage(alice, `name=other&namespace=${root}/child`);
    const reference = `/images/${encodeURIComponent(own.reference)}`;
    expectStatus(await alice.delete(at(bob.username)), 204);
    expect((await bob.get('/images')).body).toEqual([]);
    expect((await bob.get('/images?include_public=true')).body).toEqual([]);
    expect((await bob.get('/namespaces')).body).toEqual([]);
    const requests = [own.id, other.id].flatMap((id) => [
      bob.get(`/images/${id}`),
      bob.get(`/images/${id}/file`),
      bob.call('HEAD', `/images/${id}/file`),
      bob.patch(`/images/${id}`, { description: 'x' }),
      bob.delete(`/images/${id}`),
    ]);
    const answers = await Promise.all([
      ...requests,
      bob.get(reference),
      bob.get(`/n/${alice.username}/${root}`),
      bob.get(`/n/${alice.username}/${root}/-/images`),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    const push = await bob.push(`name=new&namespace=${root}@${alice.username}`, distinctImage('too late'));
    expect(push).toMatchObject({ status: 400, body: { namespace: ['Namespace permission denied'] } });
    expect((await alice.get(`/images/${own.id}`)).body).toMatchObject({ author: { username: bob.username } });
  });

  it('leaves them what they have in other trees', async () => {
    const other = unique('other');
    await newTree(alice, `${other}/child`);
    await collaborate(alice, other, bob, 'reader');
    expectStatus(await alice.delete(at(bob.username)), 204);
    expect((await bob.get(`/n/${alice.username}/${other}/child`)).status).toBe(200);
  });

  it('lets the owner invite them again, with another role', async () => {
    expectStatus(await alice.delete(at(bob.username)), 204);
    await collaborate(alice, root, bob, 'reader');
    const { id } = await pushImage(alice, `name=disk&namespace=${root}`);
    expect((await bob.get(`/images/${id}`)).status).toBe(200);
    expect((await bob.patch(`/images/${id}`, { description: 'x' })).status).toBe(403);
  });

  it('answers 400 for who is none, and the second time', async () => {
    const none = { status: 400, body: { message: 'No such collaborator' } };
    for (const handle of ['nobody', alice.username, 'nobody@x.test']) {
      expect(await changingNothing(api, () => alice.delete(at(handle)))).toMatchObject(none);
    }
    expectStatus(await alice.delete(at(bob.username)), 204);
    expect(await alice.delete(at(bob.username))).toMatchObject(none);
  });

  it('is for the owner and admins: 403 to collaborators, also of themselves, 404 to strangers, 401 to the anonymous', async () => {
    const stranger = await newUser(api.admin);
    expect(await changingNothing(api, () => bob.delete(at(bob.username)))).toMatchObject({
      status: 403,
      body: { message: 'You can see this namespace, but have no role with invite:delete on it' },
    });
    expect(await changingNothing(api, () => stranger.delete(at(bob.username)))).toMatchObject({
      status: 404,
      body: { message: 'Not Found' },
    });
    expect((await changingNothing(api, () => api.anonymous.delete(at(bob.username)))).status).toBe(401);
    expectStatus(await api.admin.delete(at(bob.username)), 204);
  });
});

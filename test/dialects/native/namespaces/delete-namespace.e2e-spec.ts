import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  expectStatus,
  newNamespace,
  newTree,
  newUser,
  pushImage,
  type TestUser,
} from '../../../support/builders.js';
import type { NativeClient } from '../../../support/native-client.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('DELETE /n/:owner/:path', () => {
  let api: TestApi;
  let alice: TestUser;
  let at: (path: string) => string;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    at = (path) => `/n/${alice.username}/${path}`;
  });
  afterAll(() => api.close());

  const statusesOf = (paths: readonly string[]): Promise<number[]> =>
    Promise.all(paths.map(async (path) => (await alice.get(at(path))).status));

  it('answers 204 without a body, and 404 the next time', async () => {
    await newNamespace(alice, 'gone');
    expect(await alice.delete(at('gone'))).toMatchObject({ status: 204, body: undefined });
    expect(await alice.delete(at('gone'))).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  it('takes all descendants along, and nothing else', async () => {
    await newTree(alice, 'tree/child/grandchild');
    await newTree(alice, 'tree2/child');
    await alice.post('/namespaces', { name: 'child2', parent: 'tree' });
    expectStatus(await alice.delete(at('TREE/child')), 204);
    const paths = ['tree', 'tree/child2', 'tree2/child', 'tree/child', 'tree/child/grandchild'];
    expect(await statusesOf(paths)).toEqual([200, 200, 200, 404, 404]);
    expectStatus(await alice.delete(at('tree')), 204);
    expect(await statusesOf(paths)).toEqual([404, 404, 200, 404, 404]);
  });

  it('gives the names back', async () => {
    await newTree(alice, 'again/child');
    await alice.delete(at('again'));
    await newTree(alice, 'again/child');
    expect(await statusesOf(['again/child'])).toEqual([200]);
  });

  it('ends its collaborations and invites', async () => {
    const [bob, carol] = [await newUser(api.admin), await newUser(api.admin)];
    await newNamespace(alice, 'ended');
    await collaborate(alice, 'ended', bob, 'maintainer');
    await alice.post(`${at('ended')}/-/invites`, { handle: carol.username });
    expectStatus(await alice.delete(at('ended')), 204);
    expect((await bob.get('/namespaces')).body).toEqual([]);
    expect((await carol.get('/invites')).body).toEqual([]);
  });

  it('leaves its images, and those of all below, with their owner, as they are but outside any namespace', async () => {
    await newTree(alice, 'left/child');
    const root = await pushImage(alice, 'name=root-image&tag=1&namespace=left');
    const child = await pushImage(alice, 'name=child-image&namespace=left/child');
    const before = await Promise.all([root, child].map(async ({ id }) => (await alice.get(`/images/${id}`)).body));
    expectStatus(await alice.delete(at('left')), 204);
    const after = await Promise.all([root, child].map(async ({ id }) => (await alice.get(`/images/${id}`)).body));
    const outside = { namespace: null, namespace_id: null, updated_at: expect.any(String) };
    expect(after).toEqual([
      { ...(before[0] as object), ...outside, reference: `${alice.username}/root-image:1` },
      { ...(before[1] as object), ...outside, reference: `${alice.username}/child-image:latest` },
    ]);
    expect((await alice.get('/images/child-image')).body).toEqual(after[1]);
    expect((await alice.pull(`/images/${child.id}/file`)).equals(child.bytes)).toBe(true);
  });

  it('leaves what a collaborator pushed with the owner of the tree, and no longer with the collaborator', async () => {
    const bob = await newUser(api.admin);
    await newNamespace(alice, 'joint');
    await collaborate(alice, 'joint', bob, 'maintainer');
    const { id } = await pushImage(bob, `name=of-bob&namespace=joint@${alice.username}`);
    expectStatus(await alice.delete(at('joint')), 204);
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({
      author: { username: bob.username },
      user: { username: alice.username },
    });
    expect((await bob.get(`/images/${id}`)).status).toBe(404);
    expect((await bob.get('/images')).body).toEqual([]);
  });

  it('takes with it what it opened: images are as visible as they are themselves', async () => {
    await newNamespace(alice, 'opened', 'public');
    const [closed, open] = [
      await pushImage(alice, 'name=closed&namespace=opened'),
      await pushImage(alice, 'name=open&namespace=opened'),
    ];
    await alice.patch(`/images/${open.id}`, { visibility: 'public' });
    expectStatus(await alice.delete(at('opened')), 204);
    const stranger = await newUser(api.admin);
    expect((await stranger.get(`/images/${closed.id}`)).status).toBe(404);
    expect((await stranger.get(`/images/${open.id}`)).status).toBe(200);
    expect((await stranger.get('/images?include_public=true')).body).toMatchObject([{ id: open.id }]);
  });

  describe('where images would clash', () => {
    const refusal = (...references: string[]): object => ({
      status: 409,
      body: {
        message:
          'Without this namespace these images would clash with others of their owner; rename, move or delete them ' +
          `first: ${references.join(', ')}`,
      },
    });

    const deleting = async (client: NativeClient, path: string): Promise<object> => {
      const { status, body } = await changingNothing(api, () => client.delete(path));
      return { status, body };
    };

    it('is refused with the list, and changes nothing, until they are out of the way', async () => {
      const bob = await newUser(api.admin);
      const tree = `/n/${bob.username}/clash`;
      await newTree(bob, 'clash/child');
      for (const name of ['one', 'two&tag=2', 'only-here', 'three']) {
        await pushImage(bob, `name=${name}&namespace=clash/child`);
      }
      for (const name of ['one', 'two&tag=2', 'three&tag=other']) await pushImage(bob, `name=${name}`);
      const list = ['one:latest', 'two:2'].map((name) => `${bob.username}/clash/child/${name}`);
      expect(await deleting(bob, tree)).toEqual(refusal(...list));

      const [one, two] = list.map((reference) => `/images/${encodeURIComponent(reference)}`);
      expectStatus(await bob.patch(one ?? '', { name: 'renamed' }), 200);
      expectStatus(await bob.delete(two ?? ''), 204);
      expectStatus(await bob.delete(tree), 204);
    });

    it('is refused where two images below have one name', async () => {
      const bob = await newUser(api.admin);
      await newTree(bob, 'twins/child');
      for (const path of ['twins', 'twins/child']) await pushImage(bob, `name=twin&namespace=${path}`);
      const list = ['child/twin:latest', 'twin:latest'].map((name) => `${bob.username}/twins/${name}`);
      expect(await deleting(bob, `/n/${bob.username}/twins`)).toEqual(refusal(...list));
      expectStatus(await bob.delete(`/n/${bob.username}/twins/child`), 204);
    });

    it('does not mind images of the same name in other trees or of other users', async () => {
      const bob = await newUser(api.admin);
      for (const path of ['here', 'there']) {
        await newNamespace(bob, path);
        await pushImage(bob, `name=same&namespace=${path}`);
      }
      await pushImage(alice, 'name=same');
      expectStatus(await bob.delete(`/n/${bob.username}/here`), 204);
    });

    it('lets one of two namespaces go that are deleted at once', async () => {
      const bob = await newUser(api.admin);
      for (const path of ['left', 'right']) {
        await newNamespace(bob, path);
        await pushImage(bob, `name=same&namespace=${path}`);
      }
      const paths = ['left', 'right'].map((path) => `/n/${bob.username}/${path}`);
      const answers = await Promise.all(paths.map((path) => bob.delete(path)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      const stays = paths[answers.findIndex(({ status }) => status === 409)] ?? '';
      expect(await deleting(bob, stays)).toEqual(refusal(`${stays.slice('/n/'.length)}/same:latest`));
    });
  });

  describe('by others than the owner', () => {
    it.each(['reader', 'writer', 'maintainer'])('is forbidden to a %s', async (role) => {
      const guest = await newUser(api.admin);
      await newTree(alice, `${role}s/child`);
      await collaborate(alice, `${role}s`, guest, role);
      for (const path of [`${role}s`, `${role}s/child`]) {
        const { status, body } = await changingNothing(api, () => guest.delete(at(path)));
        const message = 'You can see this namespace, but have no role with namespace:delete on it';
        expect({ status, body }).toEqual({ status: 403, body: { message } });
      }
    });

    it('is 404 to a stranger who does not see it, 403 to one who does, 401 to the anonymous', async () => {
      const stranger = await newUser(api.admin);
      await newNamespace(alice, 'hidden');
      await newNamespace(alice, 'seen', 'public');
      const attempts: [NativeClient, string][] = [
        [stranger, 'hidden'],
        [stranger, 'seen'],
        [api.anonymous, 'hidden'],
        [api.anonymous, 'seen'],
      ];
      const statuses = [];
      for (const [client, path] of attempts) {
        statuses.push((await changingNothing(api, () => client.delete(at(path)))).status);
      }
      expect(statuses).toEqual([404, 403, 401, 401]);
    });

    it('is open to an admin, and the images stay with their owner', async () => {
      await newNamespace(alice, 'moderated');
      const { id } = await pushImage(alice, 'name=moderated&namespace=moderated');
      expectStatus(await api.admin.delete(at('moderated')), 204);
      expect((await alice.get(`/images/${id}`)).body).toMatchObject({ user: { username: alice.username } });
    });
  });
});

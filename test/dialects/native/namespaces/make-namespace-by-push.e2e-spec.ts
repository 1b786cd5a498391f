import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newTree,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import { namespaceBody } from '../../../support/image-body.js';
import type { Answer } from '../../../support/native-client.js';
import { changingNothing } from '../../../support/whole-state.js';

const DENIED = { namespace: ['Namespace permission denied'] };

describe('POST /images with a namespace that is not there', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
  });
  afterAll(() => api.close());

  const show = async (path: string): Promise<unknown> => (await alice.get(`/n/${alice.username}/${path}`)).body;
  const idOf = async (path: string): Promise<number> => ((await show(path)) as { id: number }).id;

  /** A push that must be refused and leave everything as it was, down to the last column and file. */
  async function refused(push: () => Promise<Answer>): Promise<{ status: number; body: unknown }> {
    const { status, body } = await changingNothing(api, push);
    return { status, body };
  }

  describe('makes it', () => {
    it('private, each level of it, as one tree', async () => {
      await pushImage(alice, 'name=disk&namespace=a/b/c');
      const [root, child, leaf] = [await show('a'), await show('a/b'), await show('a/b/c')];
      const rootId = await idOf('a');
      expect(root).toEqual(namespaceBody(alice, 'a', { id: rootId, root_id: rootId, parent_id: null }));
      expect(child).toEqual(namespaceBody(alice, 'a/b', { root_id: rootId, parent_id: rootId }));
      expect(leaf).toEqual(namespaceBody(alice, 'a/b/c', { root_id: rootId, parent_id: await idOf('a/b') }));
    });

    it.each(['path@self', 'path@'])('in the caller’s own account where that is named: %s', async (form) => {
      const path = unique('own');
      await pushImage(alice, `name=disk&namespace=${form.replace('path', path).replace('self', alice.username)}`);
      expect(await show(path)).toEqual(namespaceBody(alice, path));
    });

    it('below what is there already, with the visibility of its root', async () => {
      await newTree(alice, 'Open/Half', 'public');
      const { id } = await pushImage(alice, 'name=disk&namespace=open/half/New/Leaf');
      expect(await show('open/half/new/leaf')).toEqual(
        namespaceBody(alice, 'Open/Half/New/Leaf', { visibility: 'public', root_id: await idOf('open') }),
      );
      expect((await api.anonymous.get(`/images/${id}`)).status).toBe(200);
    });

    it('to 20 levels', async () => {
      const path = Array<string>(20).fill('x').join('/');
      await pushImage(alice, `name=disk&namespace=${path}`);
      expect(await show(path)).toEqual(namespaceBody(alice, path));
    });

    it.each(['writer', 'maintainer'])('for a %s, below a root they collaborate in, with the owner’s', async (role) => {
      const guest = await newUser(api.admin);
      await newNamespace(alice, `${role}s`);
      await collaborate(alice, `${role}s`, guest, role);
      await pushImage(guest, `name=disk&namespace=${role}s/made/here@${alice.username}`);
      expect(await show(`${role}s/made/here`)).toEqual(namespaceBody(alice, `${role}s/made/here`));
      expect((await guest.get(`/n/${guest.username}/${role}s`)).status).toBe(404);
    });

    it('for a change of an image’s namespace too', async () => {
      const { id } = await pushImage(alice, 'name=moved');
      const { body } = expectStatus(await alice.patch(`/images/${id}`, { namespace: 'moved/there' }), 200);
      expect(body).toMatchObject({ namespace: namespaceBody(alice, 'moved/there') });
    });

    it('once for pushes that come at the same moment, and all of them succeed', async () => {
      const names = Array.from({ length: 6 }, (_, index) => `name=disk${index}&namespace=at/the/same/moment`);
      const answers = await Promise.all(names.map((query) => alice.push(query, distinctImage(query))));
      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
      const ids = answers.map(({ body }) => (body as { namespace_id: number }).namespace_id);
      expect(new Set(ids)).toEqual(new Set([await idOf('at/the/same/moment')]));
      expect((await alice.get('/namespaces?search=at/the')).body).toHaveLength(3);
    });

    it('once for pushes whose paths differ in depth and case, and all of them succeed', async () => {
      const paths = ['deep', 'Deep/er', 'deep/ER/est', 'DEEP/er/est', 'deep/er2'];
      const answers = await Promise.all(
        paths.map((path) => alice.push(`name=${unique('disk')}&namespace=${path}`, distinctImage(path))),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
      const { body } = await alice.get('/namespaces?search=deep');
      expect((body as { path: string }[]).map(({ path }) => path.toLowerCase()).sort()).toEqual([
        'deep',
        'deep/er',
        'deep/er/est',
        'deep/er2',
      ]);
    });
  });

  describe('in another’s tree', () => {
    beforeAll(async () => {
      await newTree(alice, 'hidden/child');
      await newTree(alice, 'shown/child', 'public');
      await newTree(alice, 'inner/child', 'internal');
    });

    const pushing = (guest: TestUser, path: string): Promise<{ status: number; body: unknown }> =>
      refused(() => guest.push(`name=disk&namespace=${path}@${alice.username}`, distinctImage('foreign')));

    it('makes no root, and does not tell a stranger what is there: the answer is the same', async () => {
      for (const path of ['nothing', 'nothing/below', 'hidden', 'hidden/child', 'hidden/new', 'hidden/child/new']) {
        expect({ path, ...(await pushing(bob, path)) }).toEqual({ path, status: 400, body: DENIED });
      }
    });

    it.each(['shown', 'inner'])('makes nothing in what the stranger sees but may not write to: %s', async (root) => {
      const body = { message: 'You can see this namespace but not write to it' };
      for (const path of [root, `${root}/child`, `${root}/new`]) {
        expect({ path, ...(await pushing(bob, path)) }).toEqual({ path, status: 403, body });
      }
    });

    it('makes nothing for a reader', async () => {
      const reader = await newUser(api.admin);
      await newNamespace(alice, 'read');
      await collaborate(alice, 'read', reader, 'reader');
      const body = { message: 'You can see this namespace but not write to it' };
      for (const path of ['read', 'read/new']) expect(await pushing(reader, path)).toEqual({ status: 403, body });
    });

    it('makes no second root for a collaborator, and nothing for one who is only invited', async () => {
      const [writer, invited] = [await newUser(api.admin), await newUser(api.admin)];
      await newNamespace(alice, 'joined');
      await collaborate(alice, 'joined', writer, 'writer');
      expectStatus(await alice.post(`/n/${alice.username}/joined/-/invites`, { handle: invited.username }), 201);
      expect(await pushing(writer, 'joined2')).toEqual({ status: 400, body: DENIED });
      expect(await pushing(invited, 'joined/new')).toEqual({ status: 400, body: DENIED });
    });

    it('says of an owner that there is not that it is none', async () => {
      const push = (): Promise<Answer> => bob.push('name=disk&namespace=x@nobody', distinctImage('nobody'));
      expect(await refused(push)).toEqual({ status: 400, body: { namespace: ['Namespace invalid owner'] } });
    });

    it('moves no image there', async () => {
      const { id } = await pushImage(bob, `name=${unique('bobs')}`);
      for (const path of ['nothing', 'hidden', 'hidden/new']) {
        const namespace = `${path}@${alice.username}`;
        expect(await refused(() => bob.patch(`/images/${id}`, { namespace }))).toEqual({ status: 400, body: DENIED });
      }
    });
  });
});

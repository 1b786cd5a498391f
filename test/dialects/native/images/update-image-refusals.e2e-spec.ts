import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage, withScopes } from '../../../support/builders.js';
import type { Answer } from '../../../support/native-client.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('PATCH /images/:image, refused', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let bob: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    bob = await newUser(api.admin, 'bob');
  });
  beforeEach(async () => {
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const outcome = ({ status, body }: Answer): object => ({ status, body });

  describe('who may', () => {
    it('is nobody who does not see it', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      expect(outcome(await bob.patch(`/images/${id}`, { name: 'x' }))).toEqual(NOT_FOUND);
      expect(outcome(await alice.patch('/images/2147483647', { name: 'x' }))).toEqual(NOT_FOUND);
      expect((await alice.get(`/images/${id}`)).body).toMatchObject({ name: 'disk' });
    });

    it.each(['abc', '0', '-1', '99999999999999999999'])('is nobody of what is not there: %s', async (id) => {
      expect(outcome(await alice.patch(`/images/${id}`, { name: 'x' }))).toEqual(NOT_FOUND);
    });

    it('is not a reader, nor a stranger to what is public', async () => {
      await newNamespace(alice, 'team');
      await collaborate(alice, 'team', bob, 'reader');
      const shared = await pushImage(alice, 'name=shared&namespace=team');
      const open = await pushImage(alice, 'name=open');
      expectStatus(await alice.patch(`/images/${open.id}`, { visibility: 'public' }), 200);
      for (const { id } of [shared, open]) {
        const message = 'You can see this image but not change it';
        expect(outcome(await bob.patch(`/images/${id}`, { name: 'x' }))).toEqual({ status: 403, body: { message } });
      }
    });

    it('is a writer, but for the visibility and the way out of the namespace, which are the owner’s', async () => {
      await newNamespace(alice, 'team');
      await collaborate(alice, 'team', bob, 'maintainer');
      const { id } = await pushImage(alice, 'name=shared&namespace=team');
      expectStatus(await bob.patch(`/images/${id}`, { description: 'by bob', protected: true }), 200);
      const message = 'Only its owner may change the visibility of an image or take it out of its tree';
      for (const changes of [{ visibility: 'public' }, { namespace: null }]) {
        expect(outcome(await bob.patch(`/images/${id}`, changes))).toEqual({ status: 403, body: { message } });
      }
      expectStatus(await api.admin.patch(`/images/${id}`, { visibility: 'public' }), 200);
    });

    it('is no writer of two trees who would move an image from the closed one to the open one', async () => {
      await newNamespace(alice, 'closed');
      await newNamespace(alice, 'open', 'public');
      for (const tree of ['closed', 'open']) await collaborate(alice, tree, bob, 'writer');
      const { id } = await pushImage(alice, 'name=disk&namespace=closed');
      const moved = await bob.patch(`/images/${id}`, { namespace: `open/new@${alice.username}` });
      const message = 'Only its owner may change the visibility of an image or take it out of its tree';
      expect(outcome(moved)).toEqual({ status: 403, body: { message } });
      expect((await alice.get(`/n/${alice.username}/open/new`)).status).toBe(404);
      expect((await bob.patch(`/images/${id}`, { namespace: `closed/new@${alice.username}` })).status).toBe(200);
    });

    it('is nobody whose token lacks image:write', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const reader = await withScopes(alice, 'image:read', 'image:delete');
      expect((await reader.patch(`/images/${id}`, { name: 'x' })).status).toBe(403);
      expect((await api.anonymous.patch(`/images/${id}`, { name: 'x' })).status).toBe(401);
    });
  });

  describe('refuses', () => {
    it('wrong JSON types, with a message for each field', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await alice.patch(`/images/${id}`, {
        name: 1,
        tag: null,
        namespace: 2,
        description: ['x'],
        labels: 'a=b',
        visibility: true,
        protected: 'yes',
      });
      expect(outcome(answer)).toEqual({
        status: 400,
        body: {
          name: ['Name must be a string'],
          tag: ['Tag must be a string'],
          namespace: ['Namespace must be a string'],
          description: ['Description must be a string'],
          labels: ['Labels must be an object'],
          visibility: ['Visibility must be a string'],
          protected: ['Protected must be a boolean value'],
        },
      });
    });

    it.each([
      { labels: [] },
      { labels: null },
      { protected: null },
      { visibility: null },
      { name: null },
      { description: null },
    ])('a null or a list where none is meant: %j', async (changes) => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await alice.patch(`/images/${id}`, changes);
      const [field = ''] = Object.keys(changes);
      expect(outcome(answer)).toEqual({ status: 400, body: { [field]: [expect.stringContaining('must be a')] } });
    });

    it.each(['id', 'status', 'sha256', 'owner', 'url', 'unknown'])(
      'the field %s, which is not to be set',
      async (field) => {
        const { id } = await pushImage(alice, 'name=disk');
        const answer = await alice.patch(`/images/${id}`, { [field]: 1 });
        expect(outcome(answer)).toEqual({
          status: 400,
          body: { [field]: [expect.stringContaining('should not exist')] },
        });
      },
    );

    it('values that break the rules, all at once', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await alice.patch(`/images/${id}`, {
        name: '../x',
        tag: 'a b',
        description: 'd'.repeat(4097),
        visibility: 'secret',
      });
      expect(outcome(answer)).toEqual({
        status: 400,
        body: {
          name: ['Name does not match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'],
          tag: ['Tag does not match ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$'],
          description: ['Description cannot be longer than 4096 characters in length'],
          visibility: ['Visibility must be one of private, internal, public'],
        },
      });
    });

    it.each(['x\r\nSet-Cookie: a=b', 'a/b', '', '..', 'ü', 'x'.repeat(129)])('the name %j', async (name) => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await alice.patch(`/images/${id}`, { name });
      expect(answer.status).toBe(400);
      expect((await alice.get(`/images/${id}`)).body).toMatchObject({ name: 'disk' });
    });

    it.each(['[]', '"x"', 'null', '1'])('a body that is no object: %j', async (text) => {
      const { id } = await pushImage(alice, 'name=disk');
      const call = { raw: Buffer.from(text), headers: { 'Content-Type': 'application/json' } };
      expect((await alice.call('PATCH', `/images/${id}`, call)).status).toBe(400);
    });

    it('a body that is no JSON, or holds U+0000', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      for (const text of ['{"name":', '{"description":"a\\u0000b"}']) {
        const call = { raw: Buffer.from(text), headers: { 'Content-Type': 'application/json' } };
        expect(outcome(await alice.call('PATCH', `/images/${id}`, call))).toEqual({
          status: 400,
          body: { message: 'The body is not valid JSON' },
        });
      }
    });
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { namespaceBody } from '../../../support/image-body.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('PATCH /n/:owner/:path', () => {
  let api: TestApi;
  let alice: TestUser;
  let at: (path: string) => string;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    at = (path) => `/n/${alice.username}/${path}`;
    await newTree(alice, 'tree/child/grandchild', 'internal');
  });
  afterAll(() => api.close());

  it('changes the description and leaves the visibility as it is', async () => {
    const before = (await alice.get(at('tree'))).body as { updated_at: string };
    const { status, body } = await alice.patch(at('tree'), { description: 'New' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, description: 'New', updated_at: expect.any(String) });
    expect((body as typeof before).updated_at > before.updated_at).toBe(true);
    expect((await alice.get(at('tree'))).body).toEqual(body);
  });

  it('changes the visibility and leaves the description as it is', async () => {
    await alice.post('/namespaces', { name: 'kept', description: 'Kept' });
    const { body } = expectStatus(await alice.patch(at('kept'), { visibility: 'public' }), 200);
    expect(body).toEqual(namespaceBody(alice, 'kept', { description: 'Kept', visibility: 'public' }));
  });

  it('changes the description of a child alone', async () => {
    expectStatus(await alice.patch(at('tree/child'), { description: 'Child' }), 200);
    const paths = ['tree/child', 'tree/child/grandchild'];
    const bodies = await Promise.all(paths.map(async (path) => (await alice.get(at(path))).body));
    expect(bodies).toMatchObject([{ description: 'Child' }, { description: '' }]);
  });

  it('changes nothing when nothing is named, and ignores a name', async () => {
    for (const changes of [{}, { name: 'other' }]) {
      const { status, body } = await changingNothing(api, () => alice.patch(at('tree/child'), changes));
      expect({ status, body }).toEqual({ status: 200, body: (await alice.get(at('tree/child'))).body });
    }
  });

  it('takes an empty description', async () => {
    await alice.post('/namespaces', { name: 'emptied', description: 'Something' });
    expect((await alice.patch(at('emptied'), { description: '' })).body).toMatchObject({ description: '' });
  });

  it('changes the visibility of a root and of all below, and of no other tree', async () => {
    await newTree(alice, 'closing/a/b', 'public');
    await newTree(alice, 'closing2/a', 'public');
    expectStatus(await alice.patch(at('closing'), { visibility: 'private' }), 200);
    const paths = ['closing', 'closing/a', 'closing/a/b', 'closing2', 'closing2/a'];
    const bodies = await Promise.all(paths.map(async (path) => (await alice.get(at(path))).body));
    expect(bodies.map((body) => (body as { visibility: string }).visibility)).toEqual([
      'private',
      'private',
      'private',
      'public',
      'public',
    ]);
  });

  it.each(['private', 'public'])('refuses to make a child %s when its root is internal', async (visibility) => {
    const { status, body } = await changingNothing(api, () =>
      alice.patch(at('tree/child'), { visibility, description: 'Not this either' }),
    );
    const message = 'Visibility is decided on the root of the tree; change it there';
    expect({ status, body }).toEqual({ status: 400, body: { visibility: [message] } });
  });

  it('takes for a child the visibility that it has', async () => {
    expect((await alice.patch(at('tree/child'), { visibility: 'internal' })).status).toBe(200);
  });

  it.each([
    [{ visibility: 'secret' }, { visibility: ['Visibility must be one of private, internal, public'] }],
    [{ visibility: null }, { visibility: ['Visibility must be a string'] }],
    [{ description: null }, { description: ['Description must be a string'] }],
    [{ description: 'x'.repeat(256) }, { description: ['Description cannot be longer than 255 characters in length'] }],
    [{ parent: 'x' }, { parent: ['Property parent should not exist'] }],
    [
      { path: 'x', user_id: 1 },
      { path: ['Property path should not exist'], user_id: ['Property user_id should not exist'] },
    ],
    [[], { message: 'Send a JSON object, with Content-Type: application/json' }],
  ])('refuses %j', async (changes, problems) => {
    const { status, body } = await changingNothing(api, () => alice.patch(at('tree'), changes));
    expect({ status, body }).toEqual({ status: 400, body: problems });
  });

  describe('by others than the owner', () => {
    const OWNER_ONLY = { message: 'You can see this namespace, but have no role with namespace:write on it' };
    const change = { description: 'Theirs', visibility: 'public' };

    it.each(['reader', 'writer', 'maintainer'])('is forbidden to a %s', async (role) => {
      const guest = await newUser(api.admin);
      await collaborate(alice, 'tree', guest, role);
      const { status, body } = await changingNothing(api, () => guest.patch(at('tree'), change));
      expect({ status, body }).toEqual({ status: 403, body: OWNER_ONLY });
    });

    it('is forbidden to a stranger who sees it, and 404 to one who does not', async () => {
      const stranger = await newUser(api.admin);
      await newNamespace(alice, 'seen', 'public');
      await newNamespace(alice, 'hidden');
      expect(await changingNothing(api, () => stranger.patch(at('seen'), change))).toMatchObject({
        status: 403,
        body: OWNER_ONLY,
      });
      for (const path of ['hidden', 'nowhere']) {
        expect(await changingNothing(api, () => stranger.patch(at(path), change))).toMatchObject({
          status: 404,
          body: { message: 'Not Found' },
        });
      }
    });

    it('is 401 to the anonymous', async () => {
      expect((await changingNothing(api, () => api.anonymous.patch(at('seen'), change))).status).toBe(401);
    });

    it('is open to an admin', async () => {
      await newNamespace(alice, 'moderated', 'public');
      expect((await api.admin.patch(at('moderated'), { visibility: 'private' })).status).toBe(200);
    });
  });
});

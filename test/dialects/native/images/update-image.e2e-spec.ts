import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage } from '../../../support/builders.js';
import { imageBody, namespaceBody } from '../../../support/image-body.js';
import { leavingNothing } from '../../../support/leftovers.js';
import type { Answer } from '../../../support/native-client.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };
const TAKEN = { status: 400, body: { name: ['Name already exists'] } };

describe('PATCH /images/:image', () => {
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

  describe('changes what is named, and nothing else', () => {
    it.each<[string, object, (username: string) => object]>([
      ['the name', { name: 'renamed' }, (username) => ({ name: 'renamed', reference: `${username}/renamed:latest` })],
      ['the tag', { tag: 'v2' }, (username) => ({ tag: 'v2', reference: `${username}/disk:v2` })],
      [
        'the description',
        { description: 'Of “quotes”,\nlines & ümlauts' },
        () => ({ description: 'Of “quotes”,\nlines & ümlauts' }),
      ],
      [
        'the labels',
        { labels: { os: 'linux', 'a.b/c-d_e': '' } },
        () => ({ labels: { os: 'linux', 'a.b/c-d_e': '' } }),
      ],
      ['the visibility', { visibility: 'internal' }, () => ({ visibility: 'internal' })],
      ['the protection', { protected: true }, () => ({ protected: true })],
      ['nothing', {}, () => ({})],
    ])('%s', async (_, changes, shown) => {
      const before = await pushImage(alice, 'name=disk');
      const answer = await alice.patch(`/images/${before.id}`, changes);
      const after = imageBody(alice, { id: before.id, ...shown(alice.username) });
      expect(outcome(answer)).toEqual({ status: 200, body: after });
      expect((await alice.get(`/images/${before.id}`)).body).toEqual(answer.body);
    });

    it('the namespace, which is made where it is not there', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const { body } = await alice.patch(`/images/${id}`, { namespace: 'New/home' });
      const reference = `${alice.username}/New/home/disk:latest`;
      const namespace = namespaceBody(alice, 'New/home');
      expect(body).toEqual(imageBody(alice, { id, namespace, namespace_id: expect.any(Number), reference }));
    });

    it('all of it at once', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const changes = {
        name: 'n',
        tag: 't',
        description: 'd',
        labels: { a: 'b' },
        visibility: 'public',
        protected: true,
      };
      const { body } = await alice.patch(`/images/${id}`, { ...changes, namespace: 'all' });
      const namespace = namespaceBody(alice, 'all');
      const reference = `${alice.username}/all/n:t`;
      expect(body).toEqual(
        imageBody(alice, { id, ...changes, namespace, namespace_id: expect.any(Number), reference }),
      );
    });

    it('by reference as well as by id', async () => {
      const { id } = await pushImage(alice, 'name=disk&tag=1&namespace=n');
      const answer = await alice.patch(`/images/${alice.username}%2Fn%2Fdisk:1`, { description: 'found' });
      expect(answer.body).toMatchObject({ id, description: 'found' });
    });

    it('never its bytes, whenever it was made, or how often it was pulled', async () => {
      const image = await pushImage(alice, 'name=disk');
      await alice.pull(`/images/${image.id}/file`);
      const before = (await alice.get(`/images/${image.id}`)).body as Record<string, unknown>;
      const after = (await alice.patch(`/images/${image.id}`, { description: 'x' })).body as Record<string, unknown>;
      expect(after).toEqual({ ...before, description: 'x', updated_at: expect.any(String) });
      expect((await alice.pull(`/images/${image.id}/file`)).equals(image.bytes)).toBe(true);
    });
  });

  describe('labels', () => {
    it('replaces all of them, and takes them away with {}', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      await alice.patch(`/images/${id}`, { labels: { a: '1', b: '2' } });
      expect((await alice.patch(`/images/${id}`, { labels: { b: '3' } })).body).toMatchObject({ labels: { b: '3' } });
      const { labels } = (await alice.patch(`/images/${id}`, { labels: {} })).body as { labels: object };
      expect(labels).toEqual({});
    });

    it.each<[string, object, unknown]>([
      ['a key with a space', { 'a b': 'x' }, expect.stringMatching(/^Label key "a b" does not match /)],
      ['an empty key', { '': 'x' }, expect.stringMatching(/^Label key "" does not match /)],
      ['a key of 64 characters', { ['k'.repeat(64)]: 'x' }, expect.stringMatching(/^Label key "k+" does not match /)],
      ['a key that begins with a dot', { '.a': 'x' }, expect.stringMatching(/^Label key ".a" does not match /)],
      ['a number for a value', { a: 1 }, 'Label "a" must be a text of at most 256 characters'],
      ['null for a value', { a: null }, 'Label "a" must be a text of at most 256 characters'],
      ['an object for a value', { a: { b: 'c' } }, 'Label "a" must be a text of at most 256 characters'],
      ['a value of 257 characters', { a: 'v'.repeat(257) }, 'Label "a" must be a text of at most 256 characters'],
      [
        'more than 64 of them',
        Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, ''])),
        'Labels cannot be more than 64',
      ],
    ])('refuses %s', async (_, labels, message) => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await alice.patch(`/images/${id}`, { labels });
      expect(outcome(answer)).toEqual({ status: 400, body: { labels: [message] } });
    });

    it('takes 64 of the longest', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const longest = (n: number): [string, string] => [`${n}`.padStart(63, 'k'), 'v'.repeat(256)];
      const labels = Object.fromEntries(Array.from({ length: 64 }, (_, n) => longest(n)));
      expect((await alice.patch(`/images/${id}`, { labels })).body).toMatchObject({ labels });
    });
  });

  describe('moving', () => {
    it('goes from one own namespace to another, and out with null', async () => {
      const { id } = await pushImage(alice, 'name=disk&namespace=one');
      await newNamespace(alice, 'two');
      expect((await alice.patch(`/images/${id}`, { namespace: 'two' })).body).toMatchObject({
        reference: `${alice.username}/two/disk:latest`,
      });
      expect((await alice.get(`/n/${alice.username}/one/-/images`)).body).toEqual([]);
      expect((await alice.patch(`/images/${id}`, { namespace: null })).body).toEqual(imageBody(alice, { id }));
    });

    it('opens an image to those who see the new tree, and closes it to those of the old', async () => {
      await newNamespace(alice, 'open', 'public');
      const { id } = await pushImage(alice, 'name=disk&namespace=closed');
      expectStatus(await alice.patch(`/images/${id}`, { namespace: 'open' }), 200);
      expect((await api.anonymous.get(`/images/${id}`)).status).toBe(200);
      expectStatus(await alice.patch(`/images/${id}`, { namespace: 'closed' }), 200);
      expect(outcome(await api.anonymous.get(`/images/${id}`))).toEqual(NOT_FOUND);
      const listed = await bob.get(`/images?include_public=true&owner=${alice.username}`);
      expect(listed.body).toEqual([]);
    });

    it('stays out of strangers’ trees, and makes nothing there', async () => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await leavingNothing(api, () => alice.patch(`/images/${id}`, { namespace: 'theirs@bob' }));
      expect(outcome(answer)).toEqual({ status: 400, body: { namespace: ['Namespace permission denied'] } });
    });

    it('stays with its owner: not into a tree that its owner only collaborates in', async () => {
      const name = `for-${alice.username}`;
      await newNamespace(bob, name);
      await collaborate(bob, name, alice, 'maintainer');
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await leavingNothing(api, () => alice.patch(`/images/${id}`, { namespace: `${name}/new@bob` }));
      const message = 'Namespace must be of the image’s owner; write path@owner for theirs';
      expect(outcome(answer)).toEqual({ status: 400, body: { namespace: [message] } });
    });

    it('lets a collaborator move it within the owner’s tree, but not into their own', async () => {
      await newNamespace(alice, 'team');
      await collaborate(alice, 'team', bob, 'writer');
      const { id } = await pushImage(alice, 'name=disk&namespace=team');
      const moved = await bob.patch(`/images/${id}`, { namespace: `team/deeper@${alice.username}` });
      expect(moved.body).toMatchObject({ reference: `${alice.username}/team/deeper/disk:latest` });
      const message = 'Namespace must be of the image’s owner; write path@owner for theirs';
      const taken = await leavingNothing(api, () => bob.patch(`/images/${id}`, { namespace: 'mine' }));
      expect(outcome(taken)).toEqual({ status: 400, body: { namespace: [message] } });
    });

    it.each([
      ['x@nobody', 'Namespace invalid owner'],
      [Array(21).fill('a').join('/'), 'Namespace cannot exceed depth of 20'],
      ['../x', expect.stringContaining('Each name of the namespace must be')],
      ['', expect.stringContaining('Each name of the namespace must be')],
    ])('refuses the namespace %j', async (namespace, message) => {
      const { id } = await pushImage(alice, 'name=disk');
      const answer = await leavingNothing(api, () => alice.patch(`/images/${id}`, { namespace }));
      expect(outcome(answer)).toEqual({ status: 400, body: { namespace: [message] } });
    });
  });

  describe('a reference that is taken', () => {
    it('is refused to a rename, a new tag and a move', async () => {
      await pushImage(alice, 'name=disk');
      await pushImage(alice, 'name=disk&namespace=n');
      const renamed = await pushImage(alice, 'name=other');
      const tagged = await pushImage(alice, 'name=disk&tag=v1');
      expect(outcome(await alice.patch(`/images/${renamed.id}`, { name: 'disk' }))).toEqual(TAKEN);
      expect(outcome(await alice.patch(`/images/${tagged.id}`, { tag: 'latest' }))).toEqual(TAKEN);
      expect(outcome(await alice.patch(`/images/${tagged.id}`, { tag: 'latest', namespace: 'n' }))).toEqual(TAKEN);
      const { body } = await alice.get(`/images/${tagged.id}`);
      expect(body).toEqual(imageBody(alice, { id: tagged.id, tag: 'v1' }));
    });

    it('leaves none of the other changes, nor the namespace that the move would have made', async () => {
      const { id } = await pushImage(alice, 'name=disk&namespace=a');
      await pushImage(alice, 'name=disk');
      expect(outcome(await alice.patch(`/images/${id}`, { namespace: null, description: 'x' }))).toEqual(TAKEN);
      expect((await alice.get(`/images/${id}`)).body).toMatchObject({ description: '', namespace: { path: 'a' } });
    });

    it('goes to one of two that race for it', async () => {
      const images = await Promise.all(['a', 'b', 'c', 'd'].map((name) => pushImage(alice, `name=${name}`)));
      const answers = await Promise.all(images.map(({ id }) => alice.patch(`/images/${id}`, { name: 'prize' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    });
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import type { NativeClient } from '../../../support/native-client.js';

/** What each caller gets of each image: statuses of its entity and of its file. */
type Access = Readonly<Record<string, readonly number[]>>;

describe('changing the visibility of a root', () => {
  let api: TestApi;
  let alice: TestUser;
  let stranger: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, stranger] = [await newUser(api.admin), await newUser(api.admin)];
  });
  afterAll(() => api.close());

  const opening = async (root: string, visibility: string): Promise<void> => {
    expectStatus(await alice.patch(`/n/${alice.username}/${root}`, { visibility }), 200);
  };

  /** One image on each of three levels. */
  const fillTree = async (root: string, visibility: string): Promise<number[]> => {
    const paths = [root, `${root}/a`, `${root}/a/b`];
    await newTree(alice, `${root}/a/b`, visibility);
    return Promise.all(paths.map(async (path) => (await pushImage(alice, `name=disk&namespace=${path}`)).id));
  };

  const statuses = (client: NativeClient, ids: readonly number[], suffix: string): Promise<number[]> =>
    Promise.all(ids.map(async (id) => (await client.get(`/images/${id}${suffix}`)).status));

  const accessTo = async (ids: readonly number[]): Promise<Access> => ({
    owner: [...(await statuses(alice, ids, '')), ...(await statuses(alice, ids, '/file'))],
    stranger: [...(await statuses(stranger, ids, '')), ...(await statuses(stranger, ids, '/file'))],
    anonymous: [...(await statuses(api.anonymous, ids, '')), ...(await statuses(api.anonymous, ids, '/file'))],
  });

  const all = (status: number): number[] => Array<number>(6).fill(status);
  const ACCESS: Readonly<Record<string, Access>> = {
    private: { owner: all(200), stranger: all(404), anonymous: all(404) },
    internal: { owner: all(200), stranger: all(200), anonymous: all(404) },
    public: { owner: all(200), stranger: all(200), anonymous: all(200) },
  };

  const publicIds = async (): Promise<number[]> => {
    const { body } = await stranger.get('/images?include_public=true&limit=100&sort=created_at');
    return (body as { id: number }[]).map(({ id }) => id);
  };

  it.each([
    ['private', 'public'],
    ['private', 'internal'],
    ['internal', 'public'],
    ['public', 'internal'],
    ['public', 'private'],
    ['internal', 'private'],
  ])('from %s to %s changes who gets the images below, on every level, at once', async (from, to) => {
    const root = `${from}-to-${to}`;
    const ids = await fillTree(root, from);
    expect(await accessTo(ids)).toEqual(ACCESS[from]);
    await opening(root, to);
    expect(await accessTo(ids)).toEqual(ACCESS[to]);
  });

  it('puts all images below into the public listing and takes them out again', async () => {
    const ids = await fillTree('listed', 'private');
    const listed = async (): Promise<number[]> => (await publicIds()).filter((id) => ids.includes(id));
    expect(await listed()).toEqual([]);
    await opening('listed', 'public');
    expect((await listed()).sort()).toEqual(ids.sort());
    await opening('listed', 'internal');
    expect(await listed()).toEqual([]);
    await opening('listed', 'public');
    await opening('listed', 'private');
    expect(await listed()).toEqual([]);
  });

  it('lists what is pushed or moved into a public tree, or changed in it, as public', async () => {
    const [pushed = 0] = await fillTree('receiving', 'public');
    const moved = await pushImage(alice, 'name=moved');
    expectStatus(await alice.patch(`/images/${moved.id}`, { namespace: 'receiving/a' }), 200);
    const listed = async (): Promise<number[]> => (await publicIds()).filter((id) => id === pushed || id === moved.id);
    expect(await listed()).toEqual([pushed, moved.id]);
    for (const change of [{ visibility: 'public' }, { visibility: 'private' }, { description: 'Changed' }]) {
      expectStatus(await alice.patch(`/images/${pushed}`, change), 200);
    }
    expect(await listed()).toEqual([pushed, moved.id]);
    expectStatus(await alice.patch(`/images/${moved.id}`, { namespace: null }), 200);
    expect(await listed()).toEqual([pushed]);
  });

  it('leaves an image public that is so by itself', async () => {
    const [id = 0, ...others] = await fillTree('closing', 'public');
    expectStatus(await alice.patch(`/images/${id}`, { visibility: 'public' }), 200);
    await opening('closing', 'private');
    expect(await statuses(api.anonymous, [id, ...others], '/file')).toEqual([200, 404, 404]);
    expect((await publicIds()).filter((found) => found === id || others.includes(found))).toEqual([id]);
  });

  it('does not touch images of other trees and images outside any', async () => {
    const other = await fillTree('other', 'private');
    const { id: outside } = await pushImage(alice, 'name=outside');
    await fillTree('only-this', 'private');
    await opening('only-this', 'public');
    expect(await statuses(api.anonymous, [...other, outside], '')).toEqual([404, 404, 404, 404]);
  });
});

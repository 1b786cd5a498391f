import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage, withScopes } from '../../../support/builders.js';
import { imageBody, namespaceBody, userBody } from '../../../support/image-body.js';
import { linksOf } from '../../../support/links.js';
import type { NativeClient } from '../../../support/native-client.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('GET /n/:owner/:path/-/images', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let bob: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
    for (const visibility of ['private', 'internal', 'public']) await newNamespace(alice, visibility, visibility);
    for (const name of ['c', 'a', 'b']) await pushImage(alice, `name=${name}&namespace=private`);
    await pushImage(alice, 'name=deep&namespace=private/child');
    await pushImage(alice, 'name=x&namespace=internal');
    await pushImage(alice, 'name=x&namespace=public');
    await pushImage(alice, 'name=outside');
    await newNamespace(bob, 'team');
    await collaborate(bob, 'team', alice, 'writer');
    await pushImage(alice, 'name=ours&namespace=team@bob');
  });
  afterAll(() => api.close());

  async function namesOf(path: string, client: NativeClient = alice): Promise<string[]> {
    const { body } = expectStatus(await client.get(path), 200);
    return (body as { name: string }[]).map(({ name }) => name);
  }

  it('holds the images of that very namespace, with relations filled in', async () => {
    const namespace = namespaceBody(alice, 'private/child');
    expect((await alice.get('/n/alice/private/child/-/images')).body).toEqual([
      imageBody(alice, {
        name: 'deep',
        namespace_id: expect.any(Number),
        namespace,
        reference: 'alice/private/child/deep:latest',
      }),
    ]);
    expect(await namesOf('/n/alice/private/-/images')).toEqual(['a', 'b', 'c']);
  });

  it('names the author beside the owner', async () => {
    const { body } = await bob.get('/n/bob/team/-/images');
    expect(body).toMatchObject([{ author: { username: 'alice' }, user: { username: 'bob' } }]);
    expect((body as { author: object }[])[0]?.author).toEqual(userBody(alice));
  });

  it('finds the namespace however its letters are written', async () => {
    expect(await namesOf('/n/Alice/PRIVATE/Child/-/images')).toEqual(['deep']);
  });

  it.each<[string, readonly string[]]>([
    ['search=A', ['a']],
    ['search=_', []],
    ['name=b', ['b']],
    ['tag=latest', ['a', 'b', 'c']],
    ['tag=v1', []],
    ['sort=-name', ['c', 'b', 'a']],
    ['sort=created_at', ['c', 'a', 'b']],
    ['limit=2', ['a', 'b']],
    ['limit=2&page=2', ['c']],
    ['page=0', ['a', 'b', 'c']],
    ['label=a=b', []],
    ['owner=bob', []],
    ['include_public=true', ['a', 'b', 'c']],
  ])('takes the parameters of GET /images: %s', async (query, names) => {
    expect(await namesOf(`/n/alice/private/-/images?${query}`)).toEqual(names);
  });

  it.each(['sort=size', 'status=gone', 'label=x', 'cursor=x'])('refuses %s', async (query) => {
    expect((await alice.get(`/n/alice/private/-/images?${query}`)).status).toBe(400);
  });

  it('links its pages', async () => {
    const base = `${api.url}/n/alice/private/-/images`;
    const { first, next = '' } = linksOf(await alice.get('/n/alice/private/-/images?limit=2'));
    expect(first).toBe(`${base}?limit=2`);
    expect(next.startsWith(`${base}?limit=2&cursor=`)).toBe(true);
    expect(await namesOf(next.slice(api.url.length))).toEqual(['c']);
  });

  it('is not found by strangers where the tree is private', async () => {
    for (const stranger of [bob, api.anonymous]) {
      const { status, body } = await stranger.get('/n/alice/private/-/images');
      expect({ status, body }).toEqual(NOT_FOUND);
    }
  });

  it('is for everybody with a token where it is internal', async () => {
    expect(await namesOf('/n/alice/internal/-/images', bob)).toEqual(['x']);
    expect(await api.anonymous.get('/n/alice/internal/-/images')).toMatchObject(NOT_FOUND);
  });

  it('is for everybody where it is public', async () => {
    expect(await namesOf('/n/alice/public/-/images', api.anonymous)).toEqual(['x']);
  });

  it('is for collaborators and admins', async () => {
    expect(await namesOf('/n/bob/team/-/images')).toEqual(['ours']);
    expect(await namesOf('/n/alice/private/-/images', api.admin)).toEqual(['a', 'b', 'c']);
  });

  it('asks a token for namespace:read', async () => {
    expect((await (await withScopes(alice, 'image:read')).get('/n/alice/private/-/images')).status).toBe(403);
    expect(await namesOf('/n/alice/private/-/images', await withScopes(alice, 'namespace:read'))).toHaveLength(3);
  });

  it.each([
    '/n/alice/nowhere/-/images',
    '/n/nobody/private/-/images',
    '/n/alice/private/no/-/images',
    '/n/alice/%2e%2e/-/images',
  ])('is not there: %s', async (path) => {
    const { status, body } = await alice.get(path);
    expect({ status, body }).toEqual(NOT_FOUND);
  });
});

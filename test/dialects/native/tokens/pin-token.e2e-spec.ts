import { tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, newTree, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';

const SCOPES = ['image:read', 'image:write', 'image:delete', 'namespace:read', 'namespace:write', 'namespace:delete'];

describe('a pinned token', () => {
  let api: TestApi;
  let user: TestUser;
  let inside: number;
  let outside: number;
  let loose: number;
  let byNamespace: NativeClient;
  let byImage: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    user = await newUser(api.admin);
    await newTree(user, 'tree/pinned/below');
    await newTree(user, 'other', 'internal');
    inside = (await pushImage(user, 'name=inside&namespace=tree/pinned/below')).id;
    outside = (await pushImage(user, 'name=outside&namespace=tree')).id;
    loose = (await pushImage(user, 'name=loose')).id;
    byNamespace = await mint({ namespaces: ['tree/pinned'] });
    byImage = await mint({ images: [loose] });
  });
  afterAll(() => api.close());

  const mint = async (pins: object, by: NativeClient = user): Promise<NativeClient> => {
    const { status, body } = await by.post('/tokens', { name: 'test', scopes: SCOPES, ...pins });
    expect(status).toBe(201);
    return new NativeClient(api.url, (body as { token: string }).token);
  };
  const idsOf = async (client: NativeClient, path: string): Promise<number[]> =>
    ((await client.get(path)).body as { id: number }[]).map(({ id }) => id);

  it('says what it is pinned to', async () => {
    const { status, body } = await user.post('/tokens', {
      name: 'test',
      scopes: SCOPES,
      namespaces: [`tree/pinned@${user.username}`],
      images: [loose],
    });
    expect(status).toBe(201);
    expect(body).toEqual(
      tokenBody({
        scopes: SCOPES,
        namespace_ids: [expect.any(Number)],
        image_ids: [loose],
        token: expect.any(String),
      }),
    );
  });

  it('cannot take an image out of its namespaces', async () => {
    const { status, body } = await byNamespace.patch(`/images/${inside}`, { namespace: null });
    expect(status).toBe(403);
    expect(body).toEqual({
      message: 'A pinned token cannot take an image out of its namespace, where it would be out of its reach',
    });
  });

  it('reads, changes and pushes in its namespaces and below', async () => {
    expect((await byNamespace.get(`/images/${inside}`)).status).toBe(200);
    expect((await byNamespace.patch(`/images/${inside}`, { description: 'x' })).status).toBe(200);
    const { id } = await pushImage(byNamespace, 'name=new&namespace=tree/pinned/fresh');
    expect((await byNamespace.delete(`/images/${id}`)).status).toBe(204);
    const path = `/n/${user.username}/tree/pinned`;
    expect((await byNamespace.patch(path, { description: 'x' })).status).toBe(200);
    expect((await byNamespace.post('/namespaces', { name: 'made', parent: 'tree/pinned' })).status).toBe(201);
  });

  it('sees and changes nothing else, not even what its holder owns', async () => {
    for (const id of [outside, loose]) {
      const answers = [
        await byNamespace.get(`/images/${id}`),
        await byNamespace.patch(`/images/${id}`, { description: 'x' }),
        await byNamespace.delete(`/images/${id}`),
        await byNamespace.post(`/images/${id}/transfer`, { to: user.username }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    }
    for (const path of ['tree', 'other']) {
      expect((await byNamespace.get(`/n/${user.username}/${path}`)).status).toBe(404);
      expect((await byNamespace.delete(`/n/${user.username}/${path}`)).status).toBe(404);
    }
  });

  it('pushes and makes nothing elsewhere', async () => {
    const loosePush = await byNamespace.push('name=free', distinctImage('free'));
    expect([loosePush.status, loosePush.body]).toEqual([
      403,
      { message: 'Your token is pinned; push into a namespace that it is pinned to' },
    ]);
    for (const namespace of ['tree', 'tree/beside', 'fresh']) {
      expect((await byNamespace.push(`name=x&namespace=${namespace}`, distinctImage('x'))).status).toBe(400);
    }
    expect((await byNamespace.post('/namespaces', { name: 'root' })).status).toBe(403);
    expect((await user.get('/namespaces?search=root')).body).toEqual([]);
  });

  it('lists only what it is pinned to', async () => {
    expect(await idsOf(byNamespace, '/images')).toEqual([inside]);
    expect(await idsOf(byImage, '/images')).toEqual([loose]);
    expect(await idsOf(byImage, '/namespaces')).toEqual([]);
    const paths = ((await byNamespace.get('/namespaces')).body as { path: string }[]).map(({ path }) => path);
    expect(paths.every((path) => path.startsWith('tree/pinned'))).toBe(true);
    expect(paths).toContain('tree/pinned/below');
  });

  it('to an image acts on that image alone', async () => {
    expect((await byImage.patch(`/images/${loose}`, { description: 'x' })).status).toBe(200);
    expect((await byImage.get(`/images/${inside}`)).status).toBe(404);
    expect((await byImage.push('name=more', distinctImage('more'))).status).toBe(403);
  });

  it('keeps an admin from everything else, too', async () => {
    const pinned = await mint({ images: [loose] }, api.admin);
    expect((await pinned.get(`/images/${loose}`)).status).toBe(200);
    expect((await pinned.get(`/images/${inside}`)).status).toBe(404);
    expect((await pinned.get(`/images?owner=${user.username}`)).body).toEqual([]);
    expect((await pinned.get('/users')).status).toBe(403);
  });

  it.each([
    ['what is not there', { namespaces: ['nowhere'] }, { namespaces: ['No such namespace: nowhere'] }],
    ['no image', { images: [2 ** 30] }, { images: [`No such image: ${2 ** 30}`] }],
    ['nothing', { images: [] }, { namespaces: ['Name a namespace or an image to pin the token to'] }],
    ['no numbers', { images: ['x'] }, { images: ['Images must be a list of whole numbers'] }],
    [
      'other scopes',
      { namespaces: ['tree'], scopes: ['image:read', 'token:write'] },
      { scopes: ['A pinned token takes scopes of images, namespaces and operations only, not: token:write'] },
    ],
  ])('is not made of %s', async (_, input, problem) => {
    const { status, body } = await user.post('/tokens', { name: 'x', scopes: ['image:read'], ...input });
    expect([status, body]).toEqual([400, problem]);
  });

  it('is not made of what its maker does not see', async () => {
    const stranger = await newUser(api.admin);
    const { status, body } = await stranger.post('/tokens', { name: 'x', scopes: ['image:read'], images: [inside] });
    expect([status, body]).toEqual([400, { images: [`No such image: ${inside}`] }]);
  });
});

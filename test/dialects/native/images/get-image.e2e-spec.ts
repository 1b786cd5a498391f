import { imageBody, namespaceBody } from '../../../support/image-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type PushedImage,
  withScopes,
} from '../../../support/builders.js';
import type { NativeClient } from '../../../support/native-client.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('GET /images/:image', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let bob: Awaited<ReturnType<typeof newUser>>;
  let image: PushedImage;
  let nested: PushedImage;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
    image = await pushImage(alice, 'name=ubuntu&tag=24.04');
    nested = await pushImage(alice, 'name=ubuntu&namespace=Os/linux');
  });
  afterAll(() => api.close());

  it('answers with the whole entity', async () => {
    const { status, body, headers } = await alice.get(`/images/${image.id}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual(
      imageBody(alice, {
        id: image.id,
        name: 'ubuntu',
        tag: '24.04',
        url: `${api.url}/images/${image.id}`,
        size: image.bytes.length,
        sha256: image.sha256,
      }),
    );
  });

  it('answers with its namespace filled in', async () => {
    const namespace = namespaceBody(alice, 'Os/linux');
    expect((await alice.get(`/images/${nested.id}`)).body).toEqual(
      imageBody(alice, {
        id: nested.id,
        name: 'ubuntu',
        namespace_id: expect.any(Number),
        namespace,
        reference: 'alice/Os/linux/ubuntu:latest',
      }),
    );
  });

  it.each(['ubuntu:24.04', 'alice%2Fubuntu:24.04', 'alice%2Fubuntu%3A24.04', 'ALICE%2fubuntu:24.04'])(
    'finds an image outside of any namespace as %s',
    async (reference) => {
      expect((await alice.get(`/images/${reference}`)).body).toMatchObject({ id: image.id });
    },
  );

  it.each(['alice%2Fos%2Flinux%2Fubuntu', 'alice%2FOS%2FLinux%2Fubuntu:latest'])(
    'finds an image of a namespace as %s',
    async (reference) => {
      expect((await alice.get(`/images/${reference}`)).body).toMatchObject({ id: nested.id });
    },
  );

  it('takes the tag latest for a name without one', async () => {
    const latest = await pushImage(alice, 'name=debian');
    await pushImage(alice, 'name=debian&tag=12');
    expect((await alice.get('/images/debian')).body).toMatchObject({ id: latest.id });
    expect(await alice.get('/images/ubuntu')).toMatchObject(NOT_FOUND);
  });

  it('means the caller’s own image by a bare name', async () => {
    const { id } = await pushImage(bob, 'name=ubuntu&tag=24.04');
    expect((await bob.get('/images/ubuntu:24.04')).body).toMatchObject({ id });
    expect((await alice.get('/images/ubuntu:24.04')).body).toMatchObject({ id: image.id });
    expect(await api.anonymous.get('/images/ubuntu:24.04')).toMatchObject(NOT_FOUND);
  });

  it('tells names apart by the case of their letters', async () => {
    expect(await alice.get('/images/Ubuntu:24.04')).toMatchObject(NOT_FOUND);
  });

  it.each([
    'abc',
    '0',
    '-1',
    '1.5',
    '2147483648',
    '99999999999999999999',
    'ubuntu:',
    ':24.04',
    'ubuntu:24.04:x',
    'alice%2F',
    '%2Fubuntu:24.04',
    'alice%2F%2Fubuntu',
    'alice%2Fnowhere%2Fubuntu',
    'nobody%2Fubuntu:24.04',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '%20',
    '%c3%bcbuntu',
    '%ff%fe',
    'ubuntu%0d%0aX:%20y',
    'a'.repeat(4000),
  ])('finds nothing as %s', async (reference) => {
    const { status, body } = await alice.get(`/images/${reference}`);
    expect({ status, body }).toEqual(
      reference === '%ff%fe' ? { status: 400, body: { message: 'The path has a malformed escape' } } : NOT_FOUND,
    );
  });

  it('hides a private image from strangers and from callers without a token', async () => {
    for (const stranger of [bob, api.anonymous]) {
      for (const reference of [image.id, 'alice%2Fubuntu:24.04']) {
        const { status, body } = await stranger.get(`/images/${reference}`);
        expect({ status, body }).toEqual(NOT_FOUND);
      }
    }
  });

  it('shows an image of an internal namespace to everybody with a token', async () => {
    await newNamespace(alice, 'internal', 'internal');
    const { id } = await pushImage(alice, 'name=x&namespace=internal');
    expect((await bob.get(`/images/${id}`)).body).toMatchObject({ id });
    expect(await api.anonymous.get(`/images/${id}`)).toMatchObject(NOT_FOUND);
  });

  it('shows an image of a public namespace to everybody', async () => {
    await newNamespace(alice, 'public', 'public');
    const { id } = await pushImage(alice, 'name=x&namespace=public');
    expect((await api.anonymous.get('/images/alice%2Fpublic%2Fx')).body).toMatchObject({ id });
  });

  it('shows a public image to everybody, also where its namespace is private', async () => {
    const { id } = await pushImage(alice, 'name=open&namespace=closed');
    expectStatus(await alice.patch(`/images/${id}`, { visibility: 'public' }), 200);
    expect((await api.anonymous.get(`/images/${id}`)).body).toMatchObject({ id, visibility: 'public' });
  });

  it('shows an image to the collaborators of its tree, and to admins', async () => {
    await newNamespace(alice, 'team');
    await collaborate(alice, 'team', bob, 'reader');
    const { id } = await pushImage(alice, 'name=x&namespace=team/deep');
    expect((await bob.get(`/images/${id}`)).body).toMatchObject({ id });
    expect((await api.admin.get(`/images/${id}`)).body).toMatchObject({ id });
  });

  it('asks a token for the scope, also where the image is public', async () => {
    const { id } = await pushImage(alice, 'name=scoped');
    expectStatus(await alice.patch(`/images/${id}`, { visibility: 'public' }), 200);
    const writer = await withScopes(alice, 'image:write');
    expect((await writer.get(`/images/${id}`)).status).toBe(403);
    expect((await api.anonymous.get(`/images/${id}`)).status).toBe(200);
  });

  describe('by Accept', () => {
    const JSON_TYPE = 'application/json; charset=utf-8';
    const DISK = 'application/x-qemu-disk';
    const BYTES = 'application/octet-stream';

    it.each([
      ['*/*', JSON_TYPE],
      ['application/json', JSON_TYPE],
      ['application/*', JSON_TYPE],
      ['text/html, application/json', JSON_TYPE],
      [`${DISK};q=0.5, application/json`, JSON_TYPE],
      [`${DISK};q=0, */*`, JSON_TYPE],
      ['application/json, */*;q=0.1', JSON_TYPE],
      [DISK, DISK],
      ['Application/X-Qemu-Disk', DISK],
      [`${DISK}, */*`, DISK],
      [`${DISK}, application/json;q=0.9`, DISK],
      ['application/json;q=0.5, application/x-qemu-disk;q=0.7', DISK],
      [`text/html, ${DISK}`, DISK],
      ['application/json;q=0, */*', DISK],
      [BYTES, BYTES],
      [`${BYTES}, */*;q=0.5`, BYTES],
      [`${DISK};q=0.4, ${BYTES};q=0.6`, BYTES],
    ])('answers %s with %s', async (accept, type) => {
      const response = await alice.send('GET', `/images/${image.id}`, { headers: { Accept: accept } });
      const body = Buffer.from(await response.arrayBuffer());
      expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({ status: 200, type });
      if (type === JSON_TYPE) expect(JSON.parse(body.toString())).toMatchObject({ id: image.id });
      else expect(body.equals(image.bytes)).toBe(true);
    });

    it.each(['text/html', 'image/*', 'application/json;q=0', `${DISK};q=0`, 'nonsense'])(
      'has nothing for %s',
      async (accept) => {
        const { status, body } = await alice.get(`/images/${image.id}`, { headers: { Accept: accept } });
        expect({ status, body }).toEqual({
          status: 406,
          body: { message: `Accept must allow one of application/json, ${DISK}, ${BYTES}` },
        });
      },
    );

    it.each(['application/json', DISK, BYTES])('tells caches that it depends on Accept: %s', async (accept) => {
      const { headers } = await alice.get(`/images/${image.id}`, { headers: { Accept: accept } });
      expect(headers.get('vary')).toBe('Accept');
    });

    it('hides a private file from strangers like its entry', async () => {
      const { status, body } = await bob.get(`/images/${image.id}`, { headers: { Accept: DISK } });
      expect({ status, body }).toEqual(NOT_FOUND);
    });
  });

  it('answers HEAD as GET, without a body', async () => {
    const wanted = await alice.get(`/images/${image.id}`);
    const { status, headers, body } = await alice.call('HEAD', `/images/${image.id}`);
    expect({ status, body }).toEqual({ status: 200, body: undefined });
    for (const name of ['content-type', 'content-length', 'vary'])
      expect(headers.get(name)).toBe(wanted.headers.get(name));
  });

  it('tells strangers where an open image is, but not what its closed namespace says of itself', async () => {
    const owner = await newUser(api.admin);
    await owner.post('/namespaces', { name: 'lab', description: 'for our eyes' });
    const { id } = await pushImage(owner, 'name=demo&namespace=lab');
    expectStatus(await owner.patch(`/images/${id}`, { visibility: 'public' }), 200);
    const told = async (client: NativeClient): Promise<unknown> =>
      ((await client.get(`/images/${id}`)).body as { namespace: { path: string; description: string } }).namespace;
    expect(await told(owner)).toMatchObject({ path: 'lab', description: 'for our eyes' });
    expect(await told(api.anonymous)).toMatchObject({ path: 'lab', description: '' });
    const [listed] = (await (await newUser(api.admin)).get('/images?include_public=true&name=demo')).body as object[];
    expect(listed).toMatchObject({ id, namespace: { path: 'lab', description: '' } });
  });
});

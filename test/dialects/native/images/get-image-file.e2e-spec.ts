import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newUser, pushImage, type PushedImage, withScopes } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { TIME } from '../../../support/image-body.js';
import type { NativeClient } from '../../../support/native-client.js';

describe('GET /images/:image/file', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let image: PushedImage;
  let path: string;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    image = await pushImage(alice, 'name=disk&tag=v1.0_x');
    path = `/images/${image.id}/file`;
  });
  afterAll(() => api.close());

  const etag = (): string => `"${image.sha256}"`;
  const reprDigest = (): string => `sha-256=:${Buffer.from(image.sha256, 'hex').toString('base64')}:`;

  async function fetchFile(headers: Readonly<Record<string, string>> = {}, client: NativeClient = alice) {
    const response = await client.send('GET', path, { headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, header: (name: string) => response.headers.get(name), bytes };
  }

  async function createdAt(): Promise<Date> {
    const { created_at } = (await alice.get(`/images/${image.id}`)).body as { created_at: string };
    return new Date(created_at);
  }

  const httpDate = (date: Date, deltaSeconds = 0): string =>
    new Date(date.getTime() + deltaSeconds * 1000).toUTCString();

  it('gives the file, whole, with everything there is to say of it', async () => {
    const { status, header, bytes } = await fetchFile();
    expect(status).toBe(200);
    expect(bytes.equals(image.bytes)).toBe(true);
    expect({
      type: header('content-type'),
      length: header('content-length'),
      etag: header('etag'),
      digest: header('repr-digest'),
      modified: header('last-modified'),
      disposition: header('content-disposition'),
      ranges: header('accept-ranges'),
      cache: header('cache-control'),
      vary: header('vary'),
    }).toEqual({
      type: 'application/x-qemu-disk',
      length: String(image.bytes.length),
      etag: etag(),
      digest: reprDigest(),
      modified: httpDate(await createdAt()),
      disposition: 'attachment; filename="disk_v1.0_x.qcow2"',
      ranges: 'bytes',
      cache: 'private, no-cache',
      vary: 'Accept',
    });
  });

  it.each(['application/json', 'text/html', '*/*', 'application/x-qemu-disk'])(
    'gives the file whatever is accepted: %s',
    async (accept) => {
      const { status, header, bytes } = await fetchFile({ Accept: accept });
      expect({ status, type: header('content-type') }).toEqual({ status: 200, type: 'application/x-qemu-disk' });
      expect(bytes.equals(image.bytes)).toBe(true);
    },
  );

  it('calls it application/octet-stream for who prefers that', async () => {
    expect((await fetchFile({ Accept: 'application/octet-stream' })).header('content-type')).toBe(
      'application/octet-stream',
    );
  });

  it('finds it by a reference too', async () => {
    const pulled = await alice.pull(`/images/${alice.username}%2Fdisk:v1.0_x/file`);
    expect(pulled.equals(image.bytes)).toBe(true);
  });

  it('hides a private file from strangers, and asks a token for image:read', async () => {
    const bob = await newUser(api.admin);
    for (const stranger of [bob, api.anonymous]) {
      const { status, body } = await stranger.get(path);
      expect({ status, body }).toEqual({ status: 404, body: { message: 'Not Found' } });
    }
    expect((await (await withScopes(alice, 'image:write')).get(path)).status).toBe(403);
  });

  describe('HEAD', () => {
    it.each<[string, Record<string, string>]>([
      ['/file', {}],
      ['', { Accept: 'application/x-qemu-disk' }],
    ])('answers /images/:image%s as GET, without a body', async (suffix, headers) => {
      const { status, headers: answered, body } = await alice.call('HEAD', `/images/${image.id}${suffix}`, { headers });
      expect({ status, body }).toEqual({ status: 200, body: undefined });
      expect({
        type: answered.get('content-type'),
        length: answered.get('content-length'),
        etag: answered.get('etag'),
        digest: answered.get('repr-digest'),
      }).toEqual({
        type: 'application/x-qemu-disk',
        length: String(image.bytes.length),
        etag: etag(),
        digest: reprDigest(),
      });
    });
  });

  describe('with a condition', () => {
    it.each<[string, (tag: string) => string]>([
      ['its tag', (tag) => tag],
      ['its tag, weakly', (tag) => `W/${tag}`],
      ['its tag among others', (tag) => `"a", W/"b" , ${tag}`],
      ['any tag', () => '*'],
    ])('does not send what If-None-Match knows by %s', async (_, header) => {
      const { status, header: answered, bytes } = await fetchFile({ 'If-None-Match': header(etag()) });
      expect({ status, etag: answered('etag'), length: bytes.length }).toEqual({
        status: 304,
        etag: etag(),
        length: 0,
      });
    });

    it('sends what If-None-Match does not know', async () => {
      expect((await fetchFile({ 'If-None-Match': '"a", W/"b"' })).status).toBe(200);
    });

    it('decides by If-Modified-Since to the second', async () => {
      const created = await createdAt();
      expect((await fetchFile({ 'If-Modified-Since': httpDate(created) })).status).toBe(304);
      expect((await fetchFile({ 'If-Modified-Since': httpDate(created, 60) })).status).toBe(304);
      expect((await fetchFile({ 'If-Modified-Since': httpDate(created, -1) })).status).toBe(200);
      expect((await fetchFile({ 'If-Modified-Since': '9999' })).status).toBe(200);
    });

    it('answers HEAD with 304 as well', async () => {
      expect((await alice.call('HEAD', path, { headers: { 'If-None-Match': etag() } })).status).toBe(304);
    });

    it('looks at the condition before the range', async () => {
      expect((await fetchFile({ 'If-None-Match': etag(), Range: 'bytes=999999999-' })).status).toBe(304);
    });
  });

  describe('counting', () => {
    async function counted(): Promise<{ pull_count: number; pulled_at: string | null }> {
      const { pull_count, pulled_at } = (await alice.get('/images/counted')).body as Awaited<
        ReturnType<typeof counted>
      >;
      return { pull_count, pulled_at };
    }

    it('counts downloads and when the last one was, not questions or resumptions', async () => {
      const fresh = await pushImage(alice, 'name=counted');
      const file = `/images/${fresh.id}/file`;
      const freshTag = `"${fresh.sha256}"`;
      expect(await counted()).toEqual({ pull_count: 0, pulled_at: null });

      await alice.call('HEAD', file);
      expectStatus(await alice.get(file, { headers: { 'If-None-Match': freshTag } }), 304);
      expectStatus(await alice.get(file, { headers: { Range: 'bytes=100-' } }), 206);
      expectStatus(await alice.get(file, { headers: { Range: 'bytes=999999999-' } }), 416);
      expect(await counted()).toEqual({ pull_count: 0, pulled_at: null });

      await alice.pull(file);
      await alice.pull(`/images/${fresh.id}`, { Accept: 'application/octet-stream' });
      await alice.pull(file, { Range: 'bytes=0-' });
      const answer = await eventually(counted);
      expect(answer).toEqual({ pull_count: 3, pulled_at: expect.stringMatching(TIME) });
    });

    it('loses none of many downloads at once', async () => {
      await pushImage(alice, 'name=popular');
      await Promise.all(Array.from({ length: 20 }, () => alice.pull('/images/popular/file')));
      expect((await alice.get('/images/popular')).body).toMatchObject({ pull_count: 20 });
    });
  });
});

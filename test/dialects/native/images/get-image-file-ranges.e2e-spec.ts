import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type PushedImage } from '../../../support/builders.js';
import type { NativeClient } from '../../../support/native-client.js';

describe('GET /images/:image/file, in part', () => {
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

  describe('with Range', () => {
    it.each<[string, (size: number) => [string, number, number]]>([
      ['the first bytes', () => ['bytes=0-99', 0, 100]],
      ['bytes of the middle', () => ['bytes=5000-5999', 5000, 1000]],
      ['a single byte', () => ['bytes=103-103', 103, 1]],
      ['the last bytes', (size) => ['bytes=-100', size - 100, 100]],
      ['everything from a byte on', (size) => ['bytes=4096-', 4096, size - 4096]],
      ['everything', (size) => ['bytes=0-', 0, size]],
      ['more than there is', (size) => [`bytes=${size - 10}-${size + 10}`, size - 10, 10]],
      ['a longer end than there is', (size) => [`bytes=-${size + 10}`, 0, size]],
      ['the very last byte', (size) => [`bytes=${size - 1}-`, size - 1, 1]],
    ])('gives %s', async (_, plan) => {
      const size = image.bytes.length;
      const [range, offset, length] = plan(size);
      const { status, header, bytes } = await fetchFile({ Range: range });
      expect({ status, range: header('content-range'), length: header('content-length') }).toEqual({
        status: 206,
        range: `bytes ${offset}-${offset + length - 1}/${size}`,
        length: String(length),
      });
      expect(bytes.equals(image.bytes.subarray(offset, offset + length))).toBe(true);
      expect(header('etag')).toBe(etag());
      expect(header('repr-digest')).toBe(reprDigest());
    });

    it.each(['bytes=999999999-', 'bytes=-0', 'bytes=99999999-99999999999999999999'])(
      'says 416 and how long the file is to %s',
      async (range) => {
        const { status, header, bytes } = await fetchFile({ Range: range });
        expect({ status, range: header('content-range'), body: JSON.parse(bytes.toString()) as object }).toEqual({
          status: 416,
          range: `bytes */${image.bytes.length}`,
          body: { message: `The file has ${image.bytes.length} bytes` },
        });
        for (const name of ['etag', 'repr-digest', 'content-disposition', 'last-modified']) {
          expect(header(name)).toBeNull();
        }
      },
    );

    it.each(['bytes=0-1,5-6', 'bytes=5-4', 'bytes=a-b', 'bytes=', 'bytes', 'items=0-1', '0-1'])(
      'gives the whole for %s',
      async (range) => {
        const { status, header, bytes } = await fetchFile({ Range: range });
        expect({ status, range: header('content-range') }).toEqual({ status: 200, range: null });
        expect(bytes.equals(image.bytes)).toBe(true);
      },
    );

    it('answers HEAD as GET', async () => {
      const { status, headers } = await alice.call('HEAD', path, { headers: { Range: 'bytes=0-99' } });
      expect({ status, length: headers.get('content-length') }).toEqual({ status: 206, length: '100' });
    });

    it('joins to the whole when resumed at any byte', async () => {
      for (const at of [1, 4096, image.bytes.length - 1]) {
        const parts = [await fetchFile({ Range: `bytes=0-${at - 1}` }), await fetchFile({ Range: `bytes=${at}-` })];
        expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(image.bytes)).toBe(true);
      }
    });
  });

  describe('with If-Range', () => {
    const statusOf = async (ifRange: string): Promise<number> =>
      (await fetchFile({ Range: 'bytes=0-9', 'If-Range': ifRange })).status;

    it('resumes the very file that the tag or the date names', async () => {
      expect(await statusOf(etag())).toBe(206);
      expect(await statusOf(httpDate(await createdAt()))).toBe(206);
    });

    it('starts afresh for another one, and for a weak tag', async () => {
      expect(await statusOf('"another"')).toBe(200);
      expect(await statusOf(`W/${etag()}`)).toBe(200);
      expect(await statusOf(httpDate(await createdAt(), -1))).toBe(200);
      expect(await statusOf(httpDate(await createdAt(), 1))).toBe(200);
    });

    it('does not call a range unsatisfiable that does not count', async () => {
      expect((await fetchFile({ Range: 'bytes=999999999-', 'If-Range': '"another"' })).status).toBe(200);
    });
  });
});

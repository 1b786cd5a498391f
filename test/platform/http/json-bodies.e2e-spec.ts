import { gzipSync } from 'node:zlib';
import { startTestApi, type TestApi } from '../../support/api.js';
import type { Answer } from '../../support/native-client.js';
import { Wire } from '../../support/wire.js';

const LIMIT_BYTES = 256 * 1024;
const NOT_JSON = { message: 'The body is not valid JSON' };
const NOT_AN_OBJECT = { message: 'Send a JSON object, with Content-Type: application/json' };
const TOO_LARGE = { message: 'The JSON body is too large' };
const EMPTY_OBJECT = { username: ['Username must be a string'], email: ['Email must be a string'] };

describe('a JSON body', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const post = (raw: Uint8Array | string, headers: Record<string, string> = {}): Promise<Answer> =>
    api.admin.call('POST', '/users', {
      raw: Buffer.from(raw),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  /** A valid user in JSON of just this size. */
  const ofSize = (bytes: number, username: string): string => {
    const json = JSON.stringify({ username, email: `${username}@x.test` });
    return json + ' '.repeat(bytes - json.length);
  };

  it.each([
    ['cut off', '{"username":', NOT_JSON],
    ['no JSON', 'username=x', NOT_JSON],
    ['two values', '{}{}', NOT_JSON],
    ['a text', '"x"', NOT_JSON],
    ['a number', '1', NOT_JSON],
    ['with U+0000 in a text', '{"username":"ab\\u0000cd"}', NOT_JSON],
    ['with U+0000 in a nested text', '{"username":{"a":["b\\u0000"]}}', NOT_JSON],
    ['a list', '[]', NOT_AN_OBJECT],
    ['an empty object', '{}', EMPTY_OBJECT],
    ['empty', '', EMPTY_OBJECT],
  ])('that is %s is refused', async (_, text, problem) => {
    const { status, body } = await post(text);
    expect(status).toBe(400);
    expect(body).toEqual(problem);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'that says it is %s is refused',
    async (type) => {
      const { status, body } = await post('{"username":"alice","email":"a@x.test"}', { 'Content-Type': type });
      expect(status).toBe(400);
      expect(body).toEqual(NOT_AN_OBJECT);
    },
  );

  it('that is missing is refused', async () => {
    const { status, body } = await api.admin.call('POST', '/users');
    expect(status).toBe(400);
    expect(body).toEqual(NOT_AN_OBJECT);
  });

  it('may be of 256 KiB, and not a byte more', async () => {
    expect((await post(ofSize(LIMIT_BYTES, 'just-fits'))).status).toBe(201);
    const { status, body } = await post(ofSize(LIMIT_BYTES + 1, 'too-large'));
    expect(status).toBe(413);
    expect(body).toEqual(TOO_LARGE);
    expect((await api.admin.get('/users/too-large')).status).toBe(404);
  });

  it('is refused by its declared size before it is sent', async () => {
    const wire = await Wire.open(api.admin);
    wire.sendHead('POST', '/users', { 'Content-Type': 'application/json', 'Content-Length': LIMIT_BYTES + 1 });
    expect(await wire.answer()).toMatchObject({ status: 413, body: TOO_LARGE });
    wire.cut();
  });

  it('of unknown size is refused once it has become too large', async () => {
    const wire = await Wire.open(api.admin);
    wire.sendHead('POST', '/users', { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
    for (let sent = 0; sent <= LIMIT_BYTES; sent += 32 * 1024) await wire.sendChunk(Buffer.alloc(32 * 1024, ' '));
    expect(await wire.answer()).toMatchObject({ status: 413, body: TOO_LARGE });
    wire.cut();
  });

  it('that unpacks to too much is refused, however small it is packed', async () => {
    const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    expect(packed.length).toBeLessThan(LIMIT_BYTES);
    const { status, body } = await post(packed, { 'Content-Encoding': 'gzip' });
    expect(status).toBe(413);
    expect(body).toEqual(TOO_LARGE);
  });

  it('in a charset or packing that is not known is refused', async () => {
    const message = 'The body cannot be read: check its Content-Type, charset and encoding';
    const unknown: Record<string, string>[] = [
      { 'Content-Type': 'application/json; charset=latin1' },
      { 'Content-Encoding': 'compress' },
    ];
    for (const headers of unknown) {
      const { status, body } = await post('{}', headers);
      expect(status).toBe(415);
      expect(body).toEqual({ message });
    }
  });

  it('with names of every object’s own is only JSON', async () => {
    const { status, body } = await post('{"constructor":{"name":"x"},"__proto__":{"email":"a@x.test"},"username":5}');
    expect(status).toBe(400);
    expect(body).toMatchObject(EMPTY_OBJECT);
    expect({}).not.toHaveProperty('email');
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  distinctImage,
  newNamespace,
  newUser,
  pushImage,
  unique,
  withScopes,
} from '../../../support/builders.js';
import { leavingNothing } from '../../../support/leftovers.js';
import type { NativeClient } from '../../../support/native-client.js';
import { Wire, type WireAnswer, type WireHeaders } from '../../../support/wire.js';

const MAX_BYTES = 2 ** 20;
const NAME_RULE = 'Name does not match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$';
const TAG_RULE = 'Tag does not match ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$';
const LEVEL_RULE =
  'Each name of the namespace must be 1 to 39 letters, digits or dashes, and begin with a letter or digit';

describe('POST /images with a head that says enough', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let bob: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi({ env: { MAX_IMAGE_BYTES: String(MAX_BYTES) } });
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
  });
  afterAll(() => api.close());

  /** Announces a body, waits for leave to send it, and reports what comes instead; not one byte of it is sent. */
  async function announce(client: NativeClient, query: string, headers: WireHeaders = {}): Promise<WireAnswer> {
    const wire = await Wire.open(client);
    const path = `/images?namespace=early&${query}`;
    const answer = await leavingNothing(api, async () => {
      wire.sendHead('POST', path, { Expect: '100-continue', 'Content-Length': 4096, ...headers });
      return wire.answer();
    });
    expect(await wire.closed()).toBe(0); // nobody could tell a body from a next request
    return answer;
  }

  it('lets the body come when nothing is to be said against it', async () => {
    const bytes = distinctImage('continue');
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images?name=continue', { Expect: '100-continue', 'Content-Length': bytes.length });
    expect(await wire.answer()).toEqual({ status: 100, headers: {}, body: undefined });
    await wire.send(bytes);
    expect(await wire.answer()).toMatchObject({ status: 201, body: { name: 'continue', size: bytes.length } });
    wire.cut();
  });

  it('refuses a body without a credential', async () => {
    const answer = await announce(api.anonymous, 'name=x');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    expect(answer.body).toEqual({ message: expect.stringContaining('Authorization: Bearer') });
  });

  it('refuses a body with a token of other scopes', async () => {
    const reader = await withScopes(alice, 'image:read', 'image:delete', 'namespace:write');
    const answer = await announce(reader, 'name=x');
    expect(answer.status).toBe(403);
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope", scope="image:write"');
    expect(answer.body).toEqual({ message: 'Your token does not have the scope image:write' });
  });

  it('refuses a body that is declared larger than the limit', async () => {
    const answer = await announce(alice, 'name=x', { 'Content-Length': MAX_BYTES + 1 });
    const message = 'File is too large: at most 1048576 bytes are taken here';
    expect(answer).toMatchObject({ status: 413, body: { message } });
  });

  it('lets a body come that is declared as large as the limit', async () => {
    const wire = await Wire.open(alice);
    await leavingNothing(api, async () => {
      wire.sendHead('POST', '/images?name=x', { Expect: '100-continue', 'Content-Length': MAX_BYTES });
      expect(await wire.answer()).toMatchObject({ status: 100 });
      wire.cut();
    });
  });

  it('refuses a name that is taken', async () => {
    await pushImage(alice, 'name=taken&tag=1');
    expect(await announce(alice, 'name=taken&tag=1&namespace=')).toMatchObject({
      status: 400,
      body: { name: ['Name already exists'] },
    });
  });

  it('refuses a name that is taken in a namespace, however its letters are written', async () => {
    await pushImage(alice, 'name=taken&namespace=Upper/Case');
    expect(await announce(alice, 'name=taken&namespace=upper/cASE')).toMatchObject({
      status: 400,
      body: { name: ['Name already exists'] },
    });
  });

  it('refuses an empty body', async () => {
    expect(await announce(alice, 'name=x', { 'Content-Length': 0 })).toMatchObject({
      status: 400,
      body: { file: ['File field required: the body is empty'] },
    });
  });

  it('refuses a malformed digest', async () => {
    const answer = await announce(alice, 'name=x', { 'X-Checksum-Sha256': 'nope' });
    expect(answer).toMatchObject({ status: 400, body: { sha256: [expect.any(String)] } });
  });

  it('refuses an encoded body', async () => {
    const answer = await announce(alice, 'name=x', { 'Content-Encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 400, body: { file: [expect.stringContaining('gzip')] } });
  });

  it.each([
    '../x',
    '%2e%2e%2fx',
    'a%2fb',
    'a%5cb',
    '.hidden',
    '-x',
    'a%20b',
    'a%0d%0aSet-Cookie:%20a=b',
    'a%0a',
    'a%22b',
    'a%3ab',
    '%c3%bcbuntu',
    '%e2%80%aex',
    '%ff',
    'a'.repeat(129),
  ])('refuses the name %s', async (name) => {
    const answer = await announce(alice, `name=${name}`);
    expect(answer).toMatchObject({ status: 400, body: { name: [NAME_RULE] } });
    expect(Object.keys(answer.headers)).not.toContain('set-cookie');
  });

  it.each(['../x', 'a%2fb', '.x', '-x', 'a%3ab', 'a%0d%0ab', 'a%20b', '%c3%bc', 'a'.repeat(129)])(
    'refuses the tag %s',
    async (tag) => {
      const answer = await announce(alice, `name=x&tag=${tag}`);
      expect(answer).toMatchObject({ status: 400, body: { tag: [TAG_RULE] } });
    },
  );

  it.each(['name=a%00b', 'name=x&tag=a%00b', 'name=x&namespace=a%00b'])('refuses U+0000: %s', async (query) => {
    expect(await announce(alice, query)).toMatchObject({
      status: 400,
      body: { message: 'U+0000 is not taken in a path or query' },
    });
  });

  it('takes the longest name and tag', async () => {
    const [name, tag] = ['n'.repeat(128), 't'.repeat(128)];
    expect(await pushImage(alice, `name=${name}&tag=${tag}`)).toMatchObject({ reference: `alice/${name}:${tag}` });
  });

  it.each(['', '/a', 'a/', 'a//b', '..', 'a/../b', '-a', 'a_b', 'a'.repeat(40), '%c3%bc'])(
    'refuses the namespace %j',
    async (path) => {
      const answer = await announce(alice, `name=x&namespace=${path}@alice`);
      expect(answer).toMatchObject({ status: 400, body: { namespace: [LEVEL_RULE] } });
    },
  );

  it('refuses a namespace of more than 20 levels', async () => {
    const answer = await announce(alice, `name=x&namespace=${Array(21).fill('a').join('/')}`);
    expect(answer).toMatchObject({ status: 400, body: { namespace: ['Namespace cannot exceed depth of 20'] } });
  });

  it('refuses a namespace of an unknown owner', async () => {
    const answer = await announce(alice, 'name=x&namespace=a@nobody');
    expect(answer).toMatchObject({ status: 400, body: { namespace: ['Namespace invalid owner'] } });
  });

  it.each(['new', 'secret', 'secret/child'])('refuses a stranger’s tree, there or not, alike: %s', async (path) => {
    await bob.post('/namespaces', { name: 'secret' });
    const answer = await announce(alice, `name=x&namespace=${path}@bob`);
    expect(answer).toMatchObject({ status: 400, body: { namespace: ['Namespace permission denied'] } });
  });

  it('refuses a namespace that the caller may only read', async () => {
    const name = unique('readable');
    await newNamespace(bob, name);
    await collaborate(bob, name, alice, 'reader');
    const answer = await announce(alice, `name=x&namespace=${name}@bob`);
    expect(answer).toMatchObject({ status: 403, body: { message: 'You can see this namespace but not write to it' } });
  });
});

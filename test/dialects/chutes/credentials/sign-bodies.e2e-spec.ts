import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { newUser, type TestUser, withScopes } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { Hotkey, hotkeyOf, newHotkey, now } from '../../../support/hotkeys.js';
import { NativeClient } from '../../../support/native-client.js';
import { type SignedApi, startSignedApi } from '../../../support/signed-api.js';
import { Wire, type WireHeaders } from '../../../support/wire.js';

const PATH = '/chutes/images/';
const SCOPES = ['image:read', 'image:write', 'image:delete', 'image:build', 'operation:read'];
const USED = { detail: 'This signature was used before; sign each request anew' };
const UNKNOWN = { detail: 'This hotkey is not registered here, or does not count; POST /user/hotkeys registers it' };
const BUSY = { detail: 'Too many uploads are under way; try again in a moment' };

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('a signed body', () => {
  let api: SignedApi;
  let alice: TestUser;
  let hotkey: Hotkey;
  beforeAll(async () => {
    api = await startSignedApi({ MAX_SPOOLED_BYTES: '4MiB', MAX_SPOOLED_BODIES: '4' });
    alice = await newUser(api.admin, 'alice');
    hotkey = await hotkeyOf(alice);
  });
  afterAll(() => api.close());

  const post = async (raw: Uint8Array | ReadableStream, headers: Record<string, string>): Promise<unknown[]> => {
    const { status, body } = await new NativeClient(api.url).call('POST', PATH, { raw, headers });
    return [status, body];
  };
  const taken = (raw: Buffer): unknown[] => [
    201,
    {
      username: 'alice',
      scopes: SCOPES,
      sizeBytes: raw.length,
      sha256: sha256(raw),
      head: raw.toString('latin1', 0, 16),
    },
  ];
  /** The head of a request whose client waits to be told to send the body. */
  const begin = async (headers: WireHeaders, url = api.url): Promise<Wire> => {
    const wire = await Wire.open({ url });
    wire.sendHead('POST', PATH, { Expect: '100-continue', ...headers });
    return wire;
  };
  const finalAnswer = async (headers: WireHeaders, url = api.url): Promise<unknown[]> => {
    const wire = await begin({ 'Content-Length': 10, ...headers }, url);
    const { status, body } = await wire.answer();
    wire.cut();
    return [status, body];
  };
  /** One that has been let begin, and has sent half of its ten bytes. */
  const beginHalf = async (headers: WireHeaders, url = api.url): Promise<Wire> => {
    const wire = await begin({ 'Content-Length': 10, ...headers }, url);
    expect(await wire.answer()).toMatchObject({ status: 100 });
    await wire.send('01234');
    return wire;
  };

  /** Bodies that this process holds; they have no name, only descriptors. */
  const heldBodies = async (): Promise<string[]> => {
    const names = await readdir('/proc/self/fd');
    const links = await Promise.all(names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
    return links.filter((link) => link.startsWith(join(api.dataDir, 'spool')));
  };
  afterEach(() => eventually(async () => expect(await heldBodies()).toEqual([])));

  it('is taken as it came, however it came, and is there to be read', async () => {
    const raw = randomBytes(3_000_000);
    expect(await post(raw, hotkey.headers(sha256(raw)))).toEqual(taken(raw));
    const wire = await begin({ 'Transfer-Encoding': 'chunked', ...hotkey.headers(sha256(raw)) });
    expect(await wire.answer()).toMatchObject({ status: 100 });
    for (let at = 0; at < raw.length; at += 65_536) await wire.sendChunk(raw.subarray(at, at + 65_536));
    await wire.sendChunk();
    const { status, body } = await wire.answer();
    wire.cut();
    expect([status, body]).toEqual(taken(raw));
  });

  it('may be empty', async () => {
    expect(await post(Buffer.alloc(0), hotkey.headers(sha256('')))).toEqual(taken(Buffer.alloc(0)));
  });

  it('is refused for one bit that differs, and told what to sign', async () => {
    const raw = randomBytes(100_000);
    const headers = hotkey.headers(sha256(raw));
    const other = Buffer.from(raw);
    other.writeUInt8((other[50_000] ?? 0) ^ 1, 50_000);
    const message = `The signature does not fit; sign exactly this: ${hotkey.address}:${headers['X-Chutes-Nonce'] ?? ''}:${sha256(other)}`;
    expect(await post(other, headers)).toEqual([401, { detail: message }]);
    expect(await post(raw, headers)).toEqual(taken(raw));
  });

  it('is refused where another reads it first, as JSON', async () => {
    const { status, body } = await new NativeClient(api.url).call('POST', PATH, {
      json: {},
      headers: hotkey.headers(sha256('{}')),
    });
    expect([status, body]).toEqual([400, { detail: 'The connection ended before the body did; send it again' }]);
  });

  it('is not proven by a signature for other requests', async () => {
    expect((await post(Buffer.from('x'), hotkey.headers()))[0]).toBe(401);
  });

  it('counts once, also of two at once', async () => {
    const raw = randomBytes(1000);
    const headers = hotkey.headers(sha256(raw));
    const answers = await Promise.all([post(raw, headers), post(raw, headers)]);
    expect(answers.sort(([a], [b]) => Number(a) - Number(b))).toEqual([taken(raw), [401, USED]]);
  });

  it('is refused before its first byte, where that can be known', async () => {
    const bob = await newUser(api.admin, 'bob');
    const weak = await withScopes(bob, 'token:write', 'image:read');
    const { hotkey: reader } = await newHotkey(weak, 'bob');
    const headers = hotkey.headers(sha256(''));
    const stale = 'X-Chutes-Nonce is not within 600 seconds of now; sign anew, and check the clock';
    const lacking = { detail: 'Your token does not have the scope image:build' };
    expect(await finalAnswer(new Hotkey().headers())).toEqual([401, UNKNOWN]);
    expect(await finalAnswer(hotkey.headers('x', now() - 601))).toEqual([401, { detail: stale }]);
    expect(await finalAnswer({ ...headers, 'X-Chutes-Signature': 'ab' })).toEqual([
      401,
      { detail: 'X-Chutes-Signature must be 128 hex digits, without 0x' },
    ]);
    expect(await finalAnswer(reader.headers())).toEqual([401, lacking]);
    expect(await finalAnswer({ Authorization: `Bearer ${weak.token ?? ''}` })).toEqual([401, lacking]);
    expect(await finalAnswer({ Authorization: 'Bearer cpk_x' })).toMatchObject([401, {}]);
    expect(await finalAnswer({})).toMatchObject([401, {}]);
    expect(await finalAnswer({ ...headers, 'Content-Length': 4 * 2 ** 20 + 1 })).toEqual([
      413,
      { detail: 'The body is larger than the 4194304 bytes that this server takes' },
    ]);
  });

  it('is refused where it turns out too large', async () => {
    const wire = await begin({ 'Transfer-Encoding': 'chunked', ...hotkey.headers(sha256('')) });
    expect(await wire.answer()).toMatchObject({ status: 100 });
    for (let sent = 0; sent < 5; sent++) await wire.sendChunk(Buffer.alloc(2 ** 20));
    expect(await wire.answer()).toMatchObject({ status: 413 });
    wire.cut();
  });

  it('is refused with 408 once no byte comes any more', async () => {
    const impatient = await api.beside({ IDLE_TIMEOUT_SECONDS: '1' });
    const wire = await beginHalf(hotkey.headers(sha256('0123456789')), impatient.url);
    expect(await wire.answer()).toMatchObject({
      status: 408,
      body: { detail: 'No byte of the body came for 1 seconds' },
    });
    wire.cut();
  });

  it('is refused where its hotkey goes while it comes', async () => {
    const { id, hotkey: short } = await newHotkey(alice, 'alice');
    const wire = await beginHalf(short.headers(sha256('0123456789')));
    await alice.delete(`/user/hotkeys/${id}`);
    await wire.send('56789');
    expect(await wire.answer()).toMatchObject({ status: 401, body: UNKNOWN });
    wire.cut();
  });

  it('has no name on the disk while it comes, and is gone when its sender is', async () => {
    const wire = await beginHalf(hotkey.headers(sha256('0123456789')));
    await eventually(async () => expect(await heldBodies()).toHaveLength(1));
    expect(await readdir(join(api.dataDir, 'spool'))).toEqual([]);
    wire.cut();
    await eventually(async () => expect(await heldBodies()).toEqual([]));
  });

  it('waits for no other: of four at once a user has two, and who ends makes room', async () => {
    const carol = await hotkeyOf(await newUser(api.admin));
    const headers = (key: Hotkey): WireHeaders => key.headers(sha256('0123456789'));
    const [first, second] = [await beginHalf(headers(hotkey)), await beginHalf(headers(hotkey))];
    expect(await finalAnswer(headers(hotkey))).toEqual([503, BUSY]);
    const [third, fourth] = [await beginHalf(headers(carol)), await beginHalf(headers(carol))];
    expect(await finalAnswer(headers(await hotkeyOf(await newUser(api.admin))))).toEqual([503, BUSY]);
    await first.send('56789');
    expect(await first.answer()).toMatchObject({ status: 201 });
    const fifth = await beginHalf(headers(hotkey));
    for (const wire of [first, second, third, fourth, fifth]) wire.cut();
  });

  it('is refused with 507 where the disk would be too full', async () => {
    const full = await api.beside({ MIN_FREE_BYTES: '1024TiB' });
    const { status, body } = await new NativeClient(full.url).call('POST', PATH, {
      raw: Buffer.from('x'),
      headers: hotkey.headers(sha256('x')),
    });
    expect([status, body]).toEqual([507, { detail: 'The server has no room for this body; ask its operator' }]);
  });
});

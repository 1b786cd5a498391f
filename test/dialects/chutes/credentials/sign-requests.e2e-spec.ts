import { createHash } from 'node:crypto';
import { Database } from '#platform/database';
import { refusals, story } from '../../../support/audit-trail.js';
import { mintToken, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { Hotkey, hotkeyOf, newHotkey, now } from '../../../support/hotkeys.js';
import { TIME } from '../../../support/image-body.js';
import { NativeClient } from '../../../support/native-client.js';
import { newServiceAccount } from '../../../support/service-accounts.js';
import type { SignedApi } from '../../../support/signed-api.js';
import { ALICE, refused, SignedCalls, USED } from '../../../support/signed-calls.js';

const OWN_SCOPES = ['token:write', 'image:read'];
const UNKNOWN = 'This hotkey is not registered here, or does not count; POST /user/hotkeys registers it';
const ADVICE = 'Sign the request with a hotkey that is registered here, or send an API key in Authorization';

describe('a signed request', () => {
  let calls: SignedCalls;
  let api: SignedApi;
  let alice: TestUser;
  let hotkey: Hotkey;
  beforeAll(async () => {
    calls = await SignedCalls.start();
    ({ api, alice, hotkey } = calls);
  });
  afterAll(() => api.close());

  const send: SignedCalls['send'] = (...call) => calls.send(...call);

  it('is its holder’s, for the list, an image, its deletion and its log', async () => {
    for (const [method, path] of [
      ['GET', '/chutes/images/?include_public=False&limit=25&page=0'],
      ['GET', '/chutes/images/alice/demo:1.0'],
      ['DELETE', '/chutes/images/ff1ac278-f85f-5aff-af56-0ed86b18891e'],
      ['GET', '/chutes/images/ff1ac278-f85f-5aff-af56-0ed86b18891e/logs'],
    ] as const) {
      expect([path, await send(hotkey.headers(), path, method)]).toEqual([path, [200, ALICE]]);
    }
  });

  it('counts for almost ten minutes either way, and not longer', async () => {
    const stale = refused('X-Chutes-Nonce is not within 600 seconds of now; sign anew, and check the clock');
    for (const offset of [-590, 590]) {
      expect(await send(hotkey.headers('images', now() + offset))).toEqual([200, ALICE]);
    }
    for (const offset of [-601, 660, -1e9]) {
      expect(await send(hotkey.headers('images', now() + offset))).toEqual(stale);
    }
  });

  it('counts once, whatever it asks for, in whatever case its digits are', async () => {
    const headers = hotkey.headers();
    expect(await send(headers)).toEqual([200, ALICE]);
    expect(await send(headers)).toEqual(USED);
    const louder = { ...headers, 'X-Chutes-Signature': headers['X-Chutes-Signature']?.toUpperCase() ?? '' };
    expect(await send(louder, '/chutes/images/demo:1.0', 'DELETE')).toEqual(USED);
  });

  it('counts for one of those who send it at once, to whichever process', async () => {
    const other = await api.beside();
    const headers = hotkey.headers();
    const targets = [api.url, other.url, api.url, other.url].map((url) => new NativeClient(url));
    const answers = await Promise.all(targets.map((client) => client.get('/chutes/images/', { headers })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  it('is no other’s within the same second: each signature differs', async () => {
    const nonce = now();
    const headers = [hotkey.headers('images', nonce), hotkey.headers('images', nonce)];
    expect(await Promise.all(headers.map((each) => send(each)))).toEqual([
      [200, ALICE],
      [200, ALICE],
    ]);
  });

  it('is used up by its holder alone: a forgery leaves it good', async () => {
    const headers = hotkey.headers();
    const forged = { ...headers, 'X-Chutes-Nonce': String(Number(headers['X-Chutes-Nonce']) + 1) };
    const message = `The signature does not fit; sign exactly this: ${hotkey.address}:${forged['X-Chutes-Nonce']}:images`;
    expect(await send(forged)).toEqual(refused(message));
    expect(await send(headers)).toEqual([200, ALICE]);
  });

  it.each<[string, (key: Hotkey) => Record<string, string>]>([
    ['another purpose', (key: Hotkey) => key.headers('chutes')],
    ['a body where there is none', (key: Hotkey) => key.headers(createHash('sha256').digest('hex'))],
    [
      'a key that is not the one it names',
      (key: Hotkey) => ({ ...new Hotkey().headers(), 'X-Chutes-Hotkey': key.address }),
    ],
    ['64 bytes that are no signature', (key: Hotkey) => ({ ...key.headers(), 'X-Chutes-Signature': 'ff'.repeat(64) })],
    ['zeros', (key: Hotkey) => ({ ...key.headers(), 'X-Chutes-Signature': '00'.repeat(64) })],
  ])('is refused, with what to sign, if it signs %s', async (_, headersOf) => {
    const headers = headersOf(hotkey);
    const nonce = headers['X-Chutes-Nonce'] ?? '';
    expect(await send(headers)).toEqual(
      refused(`The signature does not fit; sign exactly this: ${hotkey.address}:${nonce}:images`),
    );
  });

  it.each([
    [
      'hotkey that is no address',
      { 'X-Chutes-Hotkey': 'alice' },
      'X-Chutes-Hotkey must be an SS58 address with prefix 42',
    ],
    [
      'signature that is short',
      { 'X-Chutes-Signature': 'ab' },
      'X-Chutes-Signature must be 128 hex digits, without 0x',
    ],
    [
      'signature with 0x',
      { 'X-Chutes-Signature': `0x${'ab'.repeat(64)}` },
      'X-Chutes-Signature must be 128 hex digits, without 0x',
    ],
    [
      'nonce that is no number',
      { 'X-Chutes-Nonce': 'soon' },
      'X-Chutes-Nonce must be the time in seconds since 1970, in digits',
    ],
    [
      'nonce with a fraction',
      { 'X-Chutes-Nonce': `${now()}.5` },
      'X-Chutes-Nonce must be the time in seconds since 1970, in digits',
    ],
    ['version that nobody knows', { 'X-Chutes-Sig-Version': '3' }, 'X-Chutes-Sig-Version must be 1 or 2'],
  ])('is refused for a %s', async (_, changes, message) => {
    expect(await send({ ...hotkey.headers(), ...changes })).toEqual(refused(message));
  });

  it.each(['X-Chutes-Hotkey', 'X-Chutes-Signature', 'X-Chutes-Nonce'])(
    'is none without %s: then Authorization counts, or nothing',
    async (name) => {
      const rest = Object.fromEntries(Object.entries(hotkey.headers()).filter(([header]) => header !== name));
      expect(await send(rest)).toEqual(refused(ADVICE));
      const bob = await newUser(api.admin);
      const [status, body] = await send({ ...rest, Authorization: `Bearer ${bob.token ?? ''}` });
      expect([status, body]).toMatchObject([200, { username: bob.username }]);
    },
  );

  it('goes before Authorization, also where it is no good', async () => {
    const bob = await newUser(api.admin);
    const Authorization = `Bearer ${bob.token ?? ''}`;
    expect(await send({ ...hotkey.headers(), Authorization })).toEqual([200, ALICE]);
    expect((await send({ ...hotkey.headers('chutes'), Authorization }))[0]).toBe(401);
  });

  it('of a hotkey that nobody registered is refused, and for a log it is nobody’s', async () => {
    const stranger = new Hotkey();
    expect(await send(stranger.headers())).toEqual(refused(UNKNOWN));
    expect(await send(stranger.headers(), '/chutes/images/1/logs')).toEqual([200, { anonymous: true }]);
    expect(await send({}, '/chutes/images/1/logs')).toEqual([200, { anonymous: true }]);
    expect((await send(hotkey.headers('chutes'), '/chutes/images/1/logs'))[0]).toBe(401);
  });

  it('dies with its hotkey, its user’s account, and their being disabled', async () => {
    const carol = await newUser(api.admin, 'carol');
    const [first, second] = [await newHotkey(carol, 'carol'), await newHotkey(carol, 'carol')];
    expect((await send(first.hotkey.headers()))[0]).toBe(200);
    await carol.delete(`/user/hotkeys/${first.id}`);
    expect(await send(first.hotkey.headers())).toEqual(refused(UNKNOWN));
    await api.admin.patch('/users/carol', { disabled: true });
    expect(await send(second.hotkey.headers())).toEqual(refused(UNKNOWN));
    await api.admin.patch('/users/carol', { disabled: false });
    expect((await send(second.hotkey.headers()))[0]).toBe(200);
    await api.admin.delete('/users/carol');
    expect(await send(second.hotkey.headers())).toEqual(refused(UNKNOWN));
  });

  it('may do what the token might that registered its hotkey, for as long, and from where', async () => {
    const [reader, elsewhere] = await Promise.all(
      [{ cidrs: ['127.0.0.0/8'] }, { cidrs: ['10.0.0.0/8'] }].map(async ({ cidrs }) => {
        const scopes = ['token:write', 'image:read'];
        const { body } = await alice.post('/tokens', { name: 'x', scopes, expires_in: 3600, cidrs });
        return { cidrs, token: (body as { token: string }).token };
      }),
    );
    const { hotkey: weak, id } = await newHotkey(new NativeClient(api.url, reader?.token), 'alice');
    expect(await send(weak.headers())).toEqual([200, { username: 'alice', scopes: ['image:read'] }]);
    const lacking = { detail: 'Your token does not have the scope image:delete' };
    expect(await send(weak.headers(), '/chutes/images/x', 'DELETE')).toEqual([401, lacking]);
    const database = api.app.get(Database, { strict: false });
    await database.query('UPDATE tokens SET cidrs = $2 WHERE id = $1', [id, elsewhere?.cidrs]);
    expect(await send(weak.headers())).toEqual(refused(UNKNOWN));
    await database.query(`UPDATE tokens SET cidrs = '{}', expires_at = now() WHERE id = $1`, [id]);
    expect(await send(weak.headers())).toEqual(refused(UNKNOWN));
  });

  it('says nothing to the native API', async () => {
    for (const path of ['/namespaces', '/user', '/user/hotkeys'])
      expect((await send(hotkey.headers(), path))[0]).toBe(401);
  });

  it('is noted as the hotkey’s last use, and its refusal in the audit trail', async () => {
    const bob = await newUser(api.admin);
    const key = await hotkeyOf(bob);
    await send(key.headers());
    await eventually(async () => {
      expect((await bob.get('/user/hotkeys')).body).toMatchObject([{ last_used_at: expect.stringMatching(TIME) }]);
    });
    await send(key.headers('chutes'), '/chutes/images/noted');
    const [event] = await refusals(api.admin, 'target=/chutes/images/noted', 1);
    expect(event).toMatchObject({
      actor: null,
      reason: 'The credential is malformed, unknown, revoked or expired',
      target: { kind: 'route', name: '/chutes/images/noted' },
    });
  });

  it('dies with the tree that its service account belongs to, when that is given away', async () => {
    const dora = await newUser(api.admin, 'dora');
    await newTree(dora, 'ci');
    const robot = await newServiceAccount(dora, 'ci');
    const { hotkey: key } = await newHotkey(new NativeClient(api.url, await mintToken(dora, OWN_SCOPES, robot)), robot);
    expect((await send(key.headers()))[0]).toBe(200);
    expect((await api.admin.post('/n/dora/ci/-/transfer', { to: 'alice' })).status).toBe(200);
    expect(await send(key.headers())).toEqual(refused(UNKNOWN));
    expect((await story(api.admin, `target=${key.address}`)).slice(1)).toMatchObject([
      { action: 'signing_key.revoke' },
    ]);
  });

  it('is remembered for two hours, which outlast every body that began while it counted', async () => {
    const database = api.app.get(Database, { strict: false });
    const ages = async (): Promise<object[]> =>
      database.query(`SELECT round(extract(epoch FROM now() - used_at) / 60)::int AS minutes FROM used_signatures
        WHERE used_at < now() - interval '1 hour' ORDER BY used_at`);
    await database.query(`INSERT INTO used_signatures VALUES
      (sha256('old'), now() - interval '121 minutes'), (sha256('young'), now() - interval '119 minutes')`);
    expect(await ages()).toEqual([{ minutes: 121 }, { minutes: 119 }]);
    await api.beside();
    expect(await ages()).toEqual([{ minutes: 119 }]);
  });
});

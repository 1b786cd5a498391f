import { startTestApi, type TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import { newUser, type TestUser, withScopes } from '../../../support/builders.js';
import { Hotkey, newHotkey, now } from '../../../support/hotkeys.js';
import { TIME } from '../../../support/image-body.js';
import { NativeClient } from '../../../support/native-client.js';

const SCOPES = ['image:read', 'image:write', 'image:delete', 'image:build', 'operation:read'];
const NONCE_RULE = 'Nonce must be the time in seconds since 1970, at most 600 seconds from now';
const HOTKEY_RULE = 'Hotkey must be an SS58 address with prefix 42: its checksum must fit';
const SIGNATURE_RULE = 'Signature must be 128 hex digits, without 0x';

describe('POST /user/hotkeys', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
  });
  afterAll(() => api.close());

  const hotkeyBody = (hotkey: Hotkey, changes: object = {}): object => ({
    id: expect.any(Number),
    hotkey: hotkey.address,
    name: hotkey.address,
    scopes: SCOPES,
    cidrs: [],
    created_at: expect.stringMatching(TIME),
    expires_at: null,
    last_used_at: null,
    ...changes,
  });

  it('registers a key whose holder proves that they are', async () => {
    const hotkey = new Hotkey(Buffer.alloc(32, 0x11));
    expect(hotkey.address).toBe('5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi');
    const { status, body } = await alice.post('/user/hotkeys', { ...hotkey.proof('alice'), name: 'workstation' });
    expect([status, body]).toEqual([201, hotkeyBody(hotkey, { name: 'workstation' })]);
    expect((await alice.get('/user/hotkeys')).body).toContainEqual(body);
  });

  it('takes a proof of ten minutes ago, and of a clock as much ahead', async () => {
    for (const nonce of [now() - 590, now() + 590]) {
      const hotkey = new Hotkey();
      const { status, body } = await alice.post('/user/hotkeys', hotkey.proof('alice', nonce));
      expect([status, body]).toEqual([201, hotkeyBody(hotkey)]);
    }
  });

  it('gives it no more than the token has that registers it, nor for longer', async () => {
    const input = { name: 'x', scopes: ['token:write', 'image:read', 'image:build'], expires_in: 3600 };
    const minted = (await alice.post('/tokens', { ...input, cidrs: ['127.0.0.0/8'] })).body as Record<string, string>;
    const weak = new NativeClient(api.url, minted.token);
    const hotkey = new Hotkey();
    const { status, body } = await weak.post('/user/hotkeys', hotkey.proof('alice'));
    const held = { scopes: ['image:read', 'image:build'], cidrs: ['127.0.0.0/8'], expires_at: minted.expires_at };
    expect([status, body]).toEqual([201, hotkeyBody(hotkey, held)]);
  });

  it('refuses a token that has nothing to give', async () => {
    const weak = await withScopes(alice, 'token:write', 'namespace:read');
    const { status, body } = await weak.post('/user/hotkeys', new Hotkey().proof('alice'));
    expect([status, body]).toEqual([403, { message: `You cannot grant what you do not hold: ${SCOPES.join(', ')}` }]);
  });

  it('refuses a proof that somebody else is to use, or of another key, or another time', async () => {
    const [hotkey, other] = [new Hotkey(), new Hotkey()];
    const proof = hotkey.proof('bob');
    const refused = (over: string): object => ({ signature: [`Signature is not the hotkey’s over ${over}`] });
    const answers = [
      await alice.post('/user/hotkeys', proof),
      await bob.post('/user/hotkeys', { ...proof, hotkey: other.address }),
      await bob.post('/user/hotkeys', { ...proof, nonce: proof.nonce + 1 }),
      await bob.post('/user/hotkeys', { ...proof, signature: '00'.repeat(64) }),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [400, refused(`diskyard:alice:${proof.nonce}:hotkey`)],
      [400, refused(`diskyard:bob:${proof.nonce}:hotkey`)],
      [400, refused(`diskyard:bob:${proof.nonce + 1}:hotkey`)],
      [400, refused(`diskyard:bob:${proof.nonce}:hotkey`)],
    ]);
    expect((await bob.post('/user/hotkeys', proof)).status).toBe(201);
  });

  it('takes a proof once', async () => {
    const proof = new Hotkey().proof('bob');
    const { id } = (await bob.post('/user/hotkeys', proof)).body as { id: number };
    expect((await bob.delete(`/user/hotkeys/${id}`)).status).toBe(204);
    const { status, body } = await bob.post('/user/hotkeys', proof);
    expect([status, body]).toEqual([400, { signature: ['Signature was used before; sign again'] }]);
  });

  it('refuses a key that is registered, whoever proves to hold it, until it is deleted', async () => {
    const { id, hotkey } = await newHotkey(alice, 'alice');
    const message = 'This hotkey is registered already; delete it where it is, or use another';
    for (const user of [alice, bob]) {
      const { status, body } = await user.post('/user/hotkeys', hotkey.proof(user.username));
      expect([status, body]).toEqual([409, { message }]);
    }
    await alice.delete(`/user/hotkeys/${id}`);
    expect((await bob.post('/user/hotkeys', hotkey.proof('bob'))).status).toBe(201);
  });

  it('gives a key to one of those who register it at once', async () => {
    const hotkey = new Hotkey();
    const answers = await Promise.all(
      [alice, bob, alice, bob].map((user) => user.post('/user/hotkeys', hotkey.proof(user.username))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('takes twenty of a user, however many come at once', async () => {
    const carol = await newUser(api.admin, 'carol');
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => carol.post('/user/hotkeys', new Hotkey().proof('carol'))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const message = 'You have 20 of these already; delete one that you no longer need';
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body)).toEqual(Array(4).fill({ message }));
  });

  it.each([
    ['a key that is no address', { hotkey: 'abc' }, { hotkey: [HOTKEY_RULE] }],
    [
      'an address of another network',
      { hotkey: '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5' },
      { hotkey: [HOTKEY_RULE] },
    ],
    ['an empty name', { name: '' }, { name: ['Name must be between 1 and 100 characters in length'] }],
    ['a nonce of the past', { nonce: now() - 601 }, { nonce: [NONCE_RULE] }],
    ['a nonce of the future', { nonce: now() + 660 }, { nonce: [NONCE_RULE] }],
    ['a nonce in milliseconds', { nonce: Date.now() }, { nonce: [NONCE_RULE] }],
    ['a nonce that is text', { nonce: String(now()) }, { nonce: ['Nonce must be an integer number'] }],
    ['a signature that is short', { signature: 'ab'.repeat(63) }, { signature: [SIGNATURE_RULE] }],
    ['a signature with 0x', { signature: `0x${'ab'.repeat(64)}` }, { signature: [SIGNATURE_RULE] }],
    ['an unknown field', { scopes: ['image:read'] }, { scopes: ['Property scopes should not exist'] }],
  ])('refuses %s', async (_, changes, problems) => {
    const { status, body } = await alice.post('/user/hotkeys', { ...new Hotkey().proof('alice'), ...changes });
    expect([status, body]).toEqual([400, problems]);
  });

  it('names every field that is wrong', async () => {
    const { status, body } = await alice.post('/user/hotkeys', { hotkey: '', nonce: 0, signature: '' });
    expect([status, body]).toEqual([400, { hotkey: [HOTKEY_RULE], nonce: [NONCE_RULE], signature: [SIGNATURE_RULE] }]);
  });

  it('is told in the audit trail, as is its end', async () => {
    const { id, hotkey } = await newHotkey(bob, 'bob');
    await bob.delete(`/user/hotkeys/${id}`);
    const facts = { user_id: expect.any(Number) as number, scopes: SCOPES, expires_at: null };
    expect(await story(api.admin, `target=${hotkey.address}`)).toEqual([
      { action: 'signing_key.create', target: hotkey.address, before: null, after: facts },
      { action: 'signing_key.revoke', target: hotkey.address, before: facts, after: null },
    ]);
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { newUser, type TestUser } from '../../../support/builders.js';
import type { Hotkey } from '../../../support/hotkeys.js';
import { hotkeyOf, now } from '../../../support/hotkeys.js';
import { type Answer, NativeClient } from '../../../support/native-client.js';
import { type SignedApi, startSignedApi } from '../../../support/signed-api.js';

const SCOPES = ['image:read', 'image:write', 'image:delete', 'image:build', 'operation:read'];
const ALICE = { username: 'alice', scopes: SCOPES };
const USED = 'This signature was used before; sign each request anew';

describe('a request that is signed in version 2', () => {
  let api: SignedApi;
  let alice: TestUser;
  let hotkey: Hotkey;
  let anonymous: NativeClient;
  beforeAll(async () => {
    api = await startSignedApi();
    alice = await newUser(api.admin, 'alice');
    hotkey = await hotkeyOf(alice);
    anonymous = new NativeClient(api.url);
  });
  afterAll(() => api.close());

  const send = async (
    headers: Record<string, string>,
    path = '/chutes/images/',
    method = 'GET',
  ): Promise<unknown[]> => {
    const { status, body } = await anonymous.call(method, path, { headers });
    return [status, body];
  };
  const refused = (message: string): unknown[] => [401, { detail: message }];

  const headersV2 = (method: string, path: string, nonce: string, body = ''): Record<string, string> => ({
    'X-Chutes-Hotkey': hotkey.address,
    'X-Chutes-Nonce': nonce,
    'X-Chutes-Sig-Version': '2',
    'X-Chutes-Signature': hotkey.sign(`v2:${hotkey.address}:${method}:${path}:${nonce}:${body}`),
  });
  const fresh = (): string => `${now()}.${randomUUID()}`;

  it('is good for its method, path and query, and for no other', async () => {
    const path = '/chutes/images/?page=0';
    expect(await send(headersV2('GET', path, fresh()), path)).toEqual([200, ALICE]);
    for (const [method, other] of [
      ['GET', '/chutes/images/?page=1'],
      ['GET', '/chutes/images/'],
      ['DELETE', '/chutes/images/demo:1.0'],
    ] as const) {
      const nonce = fresh();
      const message = `The signature does not fit; sign exactly this: v2:${hotkey.address}:${method}:${other}:${nonce}:`;
      expect(await send(headersV2('GET', path, nonce), other, method)).toEqual(refused(message));
    }
  });

  it('uses up its nonce, whatever is signed with it again, and not that of another hotkey', async () => {
    const nonce = fresh();
    expect(await send(headersV2('GET', '/chutes/images/', nonce))).toEqual([200, ALICE]);
    expect(await send(headersV2('GET', '/chutes/images/', nonce))).toEqual(refused(USED));
    expect(await send(headersV2('GET', '/chutes/images/x', nonce), '/chutes/images/x')).toEqual(refused(USED));
    const other = await hotkeyOf(alice);
    const signature = other.sign(`v2:${other.address}:GET:/chutes/images/:${nonce}:`);
    const headers = { ...headersV2('GET', '/chutes/images/', nonce), 'X-Chutes-Hotkey': other.address };
    expect(await send({ ...headers, 'X-Chutes-Signature': signature })).toEqual([200, ALICE]);
  });

  it.each([() => String(now()), () => `${now()}.`, () => `${now()}.a b`, () => `.${now()}`])(
    'takes no nonce without a random word (%#)',
    async (nonceOf) => {
      expect(await send(headersV2('GET', '/chutes/images/', nonceOf()))).toEqual(
        refused('X-Chutes-Nonce must be the time in seconds since 1970, a dot and a random word'),
      );
    },
  );

  it('signs the body of a POST', async () => {
    const raw = Buffer.from('body');
    const digest = createHash('sha256').update(raw).digest('hex');
    const post = (headers: Record<string, string>): Promise<Answer> =>
      anonymous.call('POST', '/chutes/images/', { raw, headers });
    const { status, body } = await post(headersV2('POST', '/chutes/images/', fresh(), digest));
    expect([status, body]).toEqual([201, { ...ALICE, sizeBytes: 4, sha256: digest, head: 'body' }]);
    expect((await post(headersV2('POST', '/chutes/images/', fresh()))).status).toBe(401);
  });
});

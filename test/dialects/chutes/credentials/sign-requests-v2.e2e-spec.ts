import { createHash, randomUUID } from 'node:crypto';
import type { TestUser } from '../../../support/builders.js';
import type { Hotkey } from '../../../support/hotkeys.js';
import { hotkeyOf, now } from '../../../support/hotkeys.js';
import type { Answer } from '../../../support/native-client.js';
import type { SignedApi } from '../../../support/signed-api.js';
import { ALICE, refused, SignedCalls, USED } from '../../../support/signed-calls.js';

describe('a request that is signed in version 2', () => {
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
    expect(await send(headersV2('GET', '/chutes/images/', nonce))).toEqual(USED);
    expect(await send(headersV2('GET', '/chutes/images/x', nonce), '/chutes/images/x')).toEqual(USED);
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
      calls.anonymous.call('POST', '/chutes/images/', { raw, headers });
    const { status, body } = await post(headersV2('POST', '/chutes/images/', fresh(), digest));
    expect([status, body]).toEqual([201, { ...ALICE, sizeBytes: 4, sha256: digest, head: 'body' }]);
    expect((await post(headersV2('POST', '/chutes/images/', fresh()))).status).toBe(401);
  });
});

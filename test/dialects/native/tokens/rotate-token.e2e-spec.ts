import { tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, withScopes } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';

interface Minted {
  readonly id: number;
  readonly token: string;
}

describe('POST /tokens/:id/rotate', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let minted: Minted;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  beforeEach(async () => {
    const input = { name: 'rotated', scopes: ['image:read', 'image:write'], expires_in: 3600 };
    minted = (await alice.post('/tokens', input)).body as Minted;
  });
  afterAll(() => api.close());

  const statusWith = async (secret: string): Promise<number> =>
    (await new NativeClient(api.url, secret).get('/user')).status;

  it('gives the same token a new secret, and the old one is dead at once', async () => {
    expect(await statusWith(minted.token)).toBe(200);
    const { status, body } = await alice.post(`/tokens/${minted.id}/rotate`);
    expect(status).toBe(200);
    const { token, ...same } = minted;
    expect(body).toEqual({ ...same, token: expect.stringMatching(/^dyt_[0-9A-Za-z]{49}$/) });
    const fresh = (body as Minted).token;
    expect(fresh).not.toBe(token);
    expect([await statusWith(token), await statusWith(fresh)]).toEqual([401, 200]);
  });

  it('shows the new secret only once', async () => {
    await alice.post(`/tokens/${minted.id}/rotate`);
    const list = (await alice.get('/tokens')).body as { id: number }[];
    expect(list.find(({ id }) => id === minted.id)).toEqual(
      tokenBody({ name: 'rotated', scopes: ['image:read', 'image:write'], expires_at: expect.any(String) }),
    );
  });

  it('tells no secret of a token that may do more than the caller', async () => {
    const { status, body } = await (
      await withScopes(alice, 'token:write', 'image:read')
    ).post(`/tokens/${minted.id}/rotate`);
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'You cannot grant what you do not hold: image:write' });
    expect(await statusWith(minted.token)).toBe(200);
  });

  it('hides the tokens of others, and leaves them alone', async () => {
    const { status, body } = await (await newUser(api.admin)).post(`/tokens/${minted.id}/rotate`);
    expect(status).toBe(404);
    expect(body).toEqual({ message: 'Not Found' });
    expect(await statusWith(minted.token)).toBe(200);
  });

  it.each(['abc', '0', '-1', '99999999999999999999'])('answers 404 to the id %s', async (id) => {
    const { status, body } = await api.admin.post(`/tokens/${id}/rotate`);
    expect(status).toBe(404);
    expect(body).toEqual({ message: 'Not Found' });
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';

interface Minted {
  readonly id: number;
  readonly token: string;
}

describe('DELETE /tokens/:id', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let minted: Minted;
  let holder: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  beforeEach(async () => {
    minted = (await alice.post('/tokens', { name: 'x', scopes: ['token:delete'] })).body as Minted;
    holder = new NativeClient(api.url, minted.token);
  });
  afterAll(() => api.close());

  it('kills it at once, however lately it was used', async () => {
    expect((await holder.get('/user')).status).toBe(200);
    const { status, body } = await alice.delete(`/tokens/${minted.id}`);
    expect(status).toBe(204);
    expect(body).toBeUndefined();
    expect((await holder.get('/user')).status).toBe(401);
  });

  it('answers 404 the second time', async () => {
    await alice.delete(`/tokens/${minted.id}`);
    const { status, body } = await alice.delete(`/tokens/${minted.id}`);
    expect(status).toBe(404);
    expect(body).toEqual({ message: 'Not Found' });
  });

  it('lets a token end itself', async () => {
    expect((await holder.delete(`/tokens/${minted.id}`)).status).toBe(204);
    expect((await holder.get('/user')).status).toBe(401);
  });

  it('hides the tokens of others, and leaves them alone', async () => {
    const { status, body } = await (await newUser(api.admin)).delete(`/tokens/${minted.id}`);
    expect(status).toBe(404);
    expect(body).toEqual({ message: 'Not Found' });
    expect((await holder.get('/user')).status).toBe(200);
  });

  it('lets an admin revoke anybody’s', async () => {
    expect((await api.admin.delete(`/tokens/${minted.id}`)).status).toBe(204);
    expect((await holder.get('/user')).status).toBe(401);
  });

  it.each(['abc', '0', '-1', '1.5', '1e1', '%20', '2147483648', '99999999999999999999'])(
    'answers 404 to the id %s',
    async (id) => {
      const { status, body } = await api.admin.delete(`/tokens/${id}`);
      expect(status).toBe(404);
      expect(body).toEqual({ message: 'Not Found' });
    },
  );
});

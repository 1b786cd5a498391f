import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';

describe('a token that ends', () => {
  let api: TestApi;
  let alice: NativeClient;
  let shortLived: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    const scopes = ['token:read', 'token:write', 'image:read'];
    const { body } = await alice.post('/tokens', { name: 'robot', scopes, expires_in: 3600 });
    shortLived = new NativeClient(api.url, (body as { token: string }).token);
  });
  afterAll(() => api.close());

  it('makes only tokens that end with it', async () => {
    const { status, body } = await shortLived.post('/tokens', { name: 'child', scopes: ['image:read'] });
    const own = ((await shortLived.get('/tokens')).body as { name: string; expires_at: string }[]).find(
      ({ name }) => name === 'robot',
    );
    expect(status).toBe(201);
    expect((body as { expires_at: string }).expires_at).toBe(own?.expires_at);
  });

  it('cannot make one that lasts longer', async () => {
    const answer = await shortLived.post('/tokens', { name: 'child', scopes: ['image:read'], expires_in: 7200 });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      message: expect.stringMatching(/^Your own token ends at .*; one it makes cannot last longer$/) as string,
    });
  });

  it('cannot learn the secret of one that lasts longer by rotating it', async () => {
    const { body } = await alice.post('/tokens', { name: 'eternal', scopes: ['image:read'] });
    const { id } = body as { id: number };
    expect((await shortLived.call('POST', `/tokens/${id}/rotate`)).status).toBe(403);
  });
});

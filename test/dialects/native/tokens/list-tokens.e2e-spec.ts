import { SCOPES } from '#kernel';
import { tokenBody, USED } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { mintToken, newUser } from '../../../support/builders.js';

describe('GET /tokens', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    await newUser(api.admin, 'bob');
    await mintToken(alice, ['image:read']);
  });
  afterAll(() => api.close());

  it('shows the caller’s own, oldest first, without their secrets', async () => {
    await alice.get('/user');
    const { status, body } = await alice.get('/tokens');
    expect(status).toBe(200);
    expect(body).toEqual([tokenBody({ scopes: [...SCOPES], ...USED }), tokenBody()]);
  });

  it('shows an admin those of any user, and of itself otherwise', async () => {
    expect((await api.admin.get('/tokens?user=alice')).body).toHaveLength(2);
    expect((await api.admin.get('/tokens')).body).toEqual([expect.objectContaining({ name: 'first start' })]);
    expect((await api.admin.get('/tokens?user=nobody')).body).toEqual({ message: 'Not Found' });
  });

  it('shows nobody else those of others', async () => {
    const { status, body } = await alice.get('/tokens?user=bob');
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'Only a user with the role admin may name another user' });
  });
});

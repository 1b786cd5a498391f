import { grantable, SCOPES } from '#kernel';
import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, withScopes } from '../../../support/builders.js';

describe('GET /user', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('shows the first admin with every scope', async () => {
    expect(await api.admin.get('/user')).toMatchObject({
      status: 200,
      body: accountBody('admin', { email: 'admin@localhost', role: 'admin', scopes: [...SCOPES] }),
    });
  });

  it('shows the caller whatever the token may do, and what it may', async () => {
    const alice = await withScopes(await newUser(api.admin, 'alice'), 'invite:delete', 'image:read');
    const { status, body } = await alice.get('/user');
    expect(status).toBe(200);
    expect(body).toEqual(accountBody('alice', { scopes: ['invite:delete', 'image:read'] }));
  });

  it('leaves out scopes that a token carries and its user’s role never grants', async () => {
    const { body } = await (await newUser(api.admin, 'member', SCOPES)).get('/user');
    expect((body as { scopes: string[] }).scopes).toEqual(grantable(SCOPES, new Set()));
    expect((body as { scopes: string[] }).scopes).not.toContain('user:delete');
  });
});

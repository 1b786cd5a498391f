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

  it('shows operators, in pages, the tokens of all that nobody used, that never end, and that soon end', async () => {
    const carol = await newUser(api.admin, 'carol');
    await carol.get('/user');
    const minted = async (name: string, expires_in?: number): Promise<void> => {
      expect((await carol.post('/tokens', { name, scopes: ['image:read'], expires_in })).status).toBe(201);
    };
    await minted('forgotten');
    await minted('until next week', 7 * 86_400);
    await minted('until next year', 365 * 86_400);
    const namesOf = async (filter: string): Promise<string[]> => {
      const { status, body } = await api.admin.get(`/tokens?filter=${filter}&limit=100`);
      expect(status).toBe(200);
      return (body as { name: string; user_id: number }[]).map(({ name }) => name);
    };
    expect(await namesOf('unused')).toEqual(
      expect.arrayContaining(['forgotten', 'until next week', 'until next year']),
    );
    expect(await namesOf('unused')).not.toContain('first start');
    expect(await namesOf('expiring')).toEqual(['until next week']);
    expect(await namesOf('never_expiring')).toEqual(expect.arrayContaining(['first start', 'forgotten']));
    expect(await namesOf('never_expiring')).not.toContain('until next year');
    const page = await api.admin.get('/tokens?filter=unused&limit=1');
    expect(page.body).toHaveLength(1);
    expect(page.headers.get('Link')).toContain('rel="next"');
    await api.admin.patch('/users/carol', { disabled: true });
    expect(await namesOf('expiring')).toEqual([]);
  });

  it('refuses an unknown filter, and everybody who is no operator', async () => {
    const odd = await api.admin.get('/tokens?filter=odd');
    expect(odd.status).toBe(400);
    expect(odd.body).toEqual({ filter: ['Filter must be one of unused, never_expiring, expiring'] });
    const { status, body } = await alice.get('/tokens?filter=unused');
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'Only who has token:read everywhere may look through the tokens of all' });
  });

  it('shows nobody else those of others', async () => {
    const { status, body } = await alice.get('/tokens?user=bob');
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'Only a user with the role admin may name another user' });
  });
});

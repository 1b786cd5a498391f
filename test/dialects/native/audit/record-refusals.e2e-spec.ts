import { startTestApi, type TestApi } from '../../../support/api.js';
import { auditEvents, refusals } from '../../../support/audit-trail.js';
import { newNamespace, newUser, pushImage, type TestUser, withScopes } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';

describe('a refusal', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    await newUser(api.admin, 'victim');
  });
  afterAll(() => api.close());

  it('of the registry is one row: who, which route, on what, and why', async () => {
    const headers = { 'X-Request-Id': 'try-to-delete' };
    expect((await alice.call('PATCH', '/users/victim?x=1', { json: { disabled: true }, headers })).status).toBe(403);
    const [event] = await refusals(api.admin, 'actor=alice', 1);
    expect(event).toEqual({
      id: expect.any(Number) as number,
      recorded_at: expect.any(String) as string,
      actor: 'alice',
      actor_id: expect.any(Number) as number,
      token_id: expect.any(Number) as number,
      address: '127.0.0.1',
      action: 'PATCH /users/:username',
      target: { kind: 'route', id: null, name: '/users/victim' },
      outcome: 'refused',
      reason: 'Only a user with the role admin may do this',
      request_id: 'try-to-delete',
      before: null,
      after: null,
    });
  });

  it('for a missing scope is one, too', async () => {
    const reader = await withScopes(alice, 'image:read');
    expect((await reader.post('/namespaces', { name: 'x' })).status).toBe(403);
    const [event] = await refusals(api.admin, 'actor=alice&action=POST%20/namespaces', 1);
    expect(event?.reason).toBe('Your token does not have the scope namespace:write');
  });

  it('of a bad credential is one that tells no part of it', async () => {
    const forged = new NativeClient(api.url, 'forged-credential');
    const headers = { 'X-Request-Id': 'with-a-forged-token' };
    expect((await forged.get('/images', { headers })).status).toBe(401);
    const [event, ...others] = await refusals(api.admin, 'action=GET%20/images', 1);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ actor: null, actor_id: null, token_id: null, request_id: 'with-a-forged-token' });
    expect(JSON.stringify(event)).not.toContain('forged-credential');
  });

  it('of one request is one row, also where a hundred come at once', async () => {
    await Promise.all(Array.from({ length: 100 }, () => alice.delete('/users/victim')));
    await refusals(api.admin, 'actor=alice&action=DELETE%20/users/:username&limit=100', 100);
  });

  it('is neither a request without a credential, nor bad input, nor what is not there or protected', async () => {
    await newNamespace(alice, 'tree');
    await pushImage(alice, 'name=kept');
    await alice.patch('/images/kept', { protected: true });
    expect((await api.anonymous.get('/namespaces')).status).toBe(401);
    expect((await alice.post('/namespaces', { name: 'tree' })).status).toBe(400);
    expect((await alice.get('/n/victim/secret')).status).toBe(404);
    expect((await alice.delete('/images/kept')).status).toBe(409);
    expect((await alice.get('/audit')).status).toBe(403); // what is written after all of these
    await refusals(api.admin, 'action=GET%20/audit', 1);
    const count = async (path: string): Promise<number> =>
      (await auditEvents(api.admin, `outcome=refused&target=${path}`)).length;
    expect([await count('/n/victim/secret'), await count('/images/kept')]).toEqual([0, 0]);
    expect(await count('/namespaces')).toBe(1); // of the token without the scope
  });
});

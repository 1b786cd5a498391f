import { startTestApi, type TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import { expectStatus, newNamespace, newUser, pushImage, type TestUser } from '../../../support/builders.js';

describe('the audit trail of rights and limits', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    await newUser(api.admin, 'bob');
    await newNamespace(alice, 'tree');
  });
  afterAll(() => api.close());

  it('tells who made, changed and deleted a role, and what it was before', async () => {
    const { body } = await alice.post('/roles', { name: 'puller', scopes: ['image:read'], namespace: 'tree' });
    const { id, version } = body as { id: number; version: number };
    const changes = { scopes: ['image:read', 'image:write'], version };
    expectStatus(await alice.patch(`/roles/${id}`, changes), 200);
    expectStatus(await alice.delete(`/roles/${id}`), 204);
    const [pull, push] = [['image:read'], ['image:read', 'image:write']];
    expect(await story(api.admin, 'target=puller')).toEqual([
      { action: 'role.create', target: 'puller', before: null, after: { description: '', scopes: pull } },
      { action: 'role.update', target: 'puller', before: { scopes: pull }, after: { scopes: push } },
      { action: 'role.delete', target: 'puller', before: { description: '', scopes: push }, after: null },
    ]);
  });

  it('tells who bound whom to what, and for how long', async () => {
    const input = { role: 'reader', subject: { user: 'bob' }, namespace: 'tree' };
    const { id } = expectStatus(await alice.post('/bindings', input), 201).body as { id: number };
    const end = new Date(Date.now() + 3_600_000).toISOString();
    expectStatus(await alice.patch(`/bindings/${id}`, { expires_at: end }), 200);
    expectStatus(await alice.delete(`/bindings/${id}`), 204);
    const grant = { role: 'reader', scopes: ['image:read', 'namespace:read'], subject: 'bob' };
    const told = (await story(api.admin, 'actor=alice')).filter(({ action }: { action?: string }) =>
      action?.startsWith('binding.'),
    );
    expect(told).toEqual([
      { action: 'binding.create', target: 'alice/tree', before: null, after: { ...grant, expires_at: null } },
      { action: 'binding.update', target: 'alice/tree', before: { expires_at: null }, after: { expires_at: end } },
      { action: 'binding.delete', target: 'alice/tree', before: { ...grant, expires_at: end }, after: null },
    ]);
  });

  it('tells who came into a team and left it', async () => {
    expectStatus(await api.admin.post('/teams', { name: 'crew' }), 201);
    const put = (role: string): Promise<unknown> =>
      api.admin.call('PUT', '/teams/crew/members/alice', { json: { role } });
    await put('member');
    await put('lead');
    expectStatus(await api.admin.delete('/teams/crew/members/alice'), 204);
    expectStatus(await api.admin.patch('/teams/crew', { description: 'on deck' }), 200);
    expectStatus(await api.admin.delete('/teams/crew'), 204);
    const [member, lead] = ['member', 'lead'].map((role) => ({ user: 'alice', role }));
    expect(await story(api.admin, 'target=crew')).toEqual([
      { action: 'team.create', target: 'crew', before: null, after: { description: '', parent: null } },
      { action: 'member.put', target: 'crew', before: null, after: member },
      { action: 'member.put', target: 'crew', before: member, after: lead },
      { action: 'member.remove', target: 'crew', before: lead, after: null },
      { action: 'team.update', target: 'crew', before: { description: '' }, after: { description: 'on deck' } },
      { action: 'team.delete', target: 'crew', before: { description: 'on deck', parent: null }, after: null },
    ]);
  });

  it('tells whose limits were set and lifted', async () => {
    const path = '/quotas/accounts/bob';
    expectStatus(await api.admin.call('PUT', path, { json: { limit_images: 3 } }), 200);
    expectStatus(await api.admin.call('PUT', path, { json: { limit_bytes: 10 } }), 200);
    expectStatus(await api.admin.delete(path), 204);
    const [three, ten] = [
      { limit_bytes: null, limit_images: 3 },
      { limit_bytes: 10, limit_images: null },
    ];
    const told = (await story(api.admin, 'target=bob')).slice(-3);
    expect(told).toEqual([
      { action: 'quota.put', target: 'bob', before: null, after: three },
      { action: 'quota.put', target: 'bob', before: three, after: ten },
      { action: 'quota.delete', target: 'bob', before: ten, after: null },
    ]);
  });

  it('tells whose something was, and whose it is', async () => {
    const { id } = await pushImage(alice, 'name=disk&namespace=tree');
    expectStatus(await api.admin.post('/n/alice/tree/-/transfer', { to: 'bob' }), 200);
    expectStatus(await api.admin.post(`/images/${id}/transfer`, { to: 'alice' }), 200);
    const [toBob, toAlice] = [
      { before: { owner: 'alice' }, after: { owner: 'bob' } },
      { before: { owner: 'bob' }, after: { owner: 'alice' } },
    ];
    expect(await story(api.admin, 'action=namespace.transfer')).toEqual([
      { action: 'namespace.transfer', target: 'alice/tree', ...toBob },
    ]);
    expect(await story(api.admin, 'action=image.transfer')).toEqual([
      { action: 'image.transfer', target: 'bob/tree/disk:latest', ...toAlice },
    ]);
  });
});

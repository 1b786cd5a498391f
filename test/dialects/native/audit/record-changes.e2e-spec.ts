import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { auditEvents, story } from '../../../support/audit-trail.js';
import {
  collaborate,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
} from '../../../support/builders.js';

describe('the audit trail', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi({ env: { TRUST_PROXY: 'true' } });
    [alice, bob] = [await newUser(api.admin, 'alice'), await newUser(api.admin, 'bob')];
  });
  afterAll(() => api.close());

  const told = (query: string): Promise<object[]> => story(api.admin, query);

  it('tells who did what, with which token, from where and in which request', async () => {
    const headers = { 'X-Request-Id': 'request-of-carol', 'X-Forwarded-For': '203.0.113.7, 2001:db8::7' };
    const input = { username: 'carol', email: 'carol@x.test', password: 'secret-of-carol' };
    const { body } = await api.admin.call('POST', '/users', { json: input, headers });
    expect(await auditEvents(api.admin, 'target=carol')).toEqual([
      {
        id: expect.any(Number) as number,
        recorded_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        actor: 'admin',
        actor_id: 1,
        token_id: 1,
        address: '2001:db8::7',
        action: 'user.create',
        target: { kind: 'user', id: (body as { id: number }).id, name: 'carol' },
        outcome: 'allowed',
        reason: null,
        request_id: 'request-of-carol',
        before: null,
        after: { username: 'carol', email: 'carol@x.test', kind: 'person', role: 'member', disabled: false },
      },
    ]);
  });

  it('keeps a change whose proxy tells no usable address', async () => {
    const headers = { 'X-Request-Id': 'no-address', 'X-Forwarded-For': 'unknown' };
    expectStatus(await alice.call('PATCH', '/users/alice', { json: { email: 'a@x.test' }, headers }), 200);
    const [event] = await auditEvents(api.admin, 'actor=alice&action=user.update');
    expect([event?.request_id, event?.address]).toEqual(['no-address', null]);
  });

  it('tells what the first start did', async () => {
    expect((await auditEvents(api.admin, 'actor=system')).map(({ action }) => action)).toEqual([
      'token.create',
      'user.create',
    ]);
  });

  it('tells of users what changed, and of a password only that it did', async () => {
    const dave = await newUser(api.admin, 'dave');
    await dave.patch('/users/dave', { email: 'd@x.test', password: 'very-secret' });
    await api.admin.patch('/users/dave', { disabled: true, role: 'admin', password: null });
    await api.admin.delete('/users/dave');
    expect((await told('target=dave')).slice(1)).toEqual([
      {
        action: 'user.update',
        target: 'dave',
        before: { email: 'dave@x.test', password: null },
        after: { email: 'd@x.test', password: 'changed' },
      },
      {
        action: 'user.update',
        target: 'dave',
        before: { role: 'member', disabled: false, password: null },
        after: { role: 'admin', disabled: true, password: 'removed' },
      },
      {
        action: 'user.delete',
        target: 'dave',
        before: { username: 'dave', email: 'd@x.test', kind: 'person', role: 'admin', disabled: true },
        after: null,
      },
    ]);
  });

  it('tells of tokens everything but their secrets', async () => {
    const input = { name: 'of-ci', scopes: ['image:read'] };
    const { id } = expectStatus(await alice.post('/tokens', input), 201).body as { id: number };
    await alice.post(`/tokens/${id}/rotate`, {});
    await alice.delete(`/tokens/${id}`);
    const [facts, target] = [
      { user_id: expect.any(Number) as number, scopes: ['image:read'], expires_at: null },
      'of-ci',
    ];
    expect(await told('actor=alice&target=of-ci')).toEqual([
      { action: 'token.create', target, before: null, after: facts },
      { action: 'token.rotate', target, before: null, after: facts },
      { action: 'token.revoke', target, before: facts, after: null },
    ]);
  });

  it('tells of namespaces, also of those that a push makes', async () => {
    await newNamespace(alice, 'made');
    await alice.patch('/n/alice/made', { description: 'Ours', visibility: 'public' });
    await pushImage(alice, 'name=disk&namespace=made/on/the-way');
    await alice.delete('/n/alice/made/on');
    const open = { description: '', visibility: 'public' };
    expect(await told('target=alice/made')).toEqual([
      {
        action: 'namespace.create',
        target: 'alice/made',
        before: null,
        after: { description: '', visibility: 'private' },
      },
      {
        action: 'namespace.update',
        target: 'alice/made',
        before: { description: '', visibility: 'private' },
        after: { description: 'Ours', visibility: 'public' },
      },
    ]);
    expect(await told('target=alice/made/on/the-way')).toEqual([
      { action: 'namespace.create', target: 'alice/made/on/the-way', before: null, after: open },
    ]);
    expect((await told('target=alice/made/on'))[1]).toEqual({
      action: 'namespace.delete',
      target: 'alice/made/on',
      before: open,
      after: null,
    });
  });

  it('tells of invites, and who gave which role to whom', async () => {
    await newNamespace(alice, 'shared');
    await collaborate(alice, 'shared', bob, 'writer');
    await alice.delete('/n/alice/shared/-/collaborators/bob');
    const invite = { handle: 'bob', role: 'reader' };
    for (const client of [bob, alice]) {
      const { id } = (await alice.post('/n/alice/shared/-/invites', invite)).body as { id: number };
      expectStatus(await client.delete(`/invites/${id}`), 204);
    }
    const grant = (role: string): object => ({ user: 'bob', role, invited_by: 'alice' });
    const target = 'alice/shared';
    expect((await told('target=alice/shared')).slice(1)).toEqual([
      { action: 'invite.create', target, before: null, after: grant('writer') },
      { action: 'invite.accept', target, before: null, after: grant('writer') },
      {
        action: 'collaborator.remove',
        target,
        before: { user: 'bob', root_id: expect.any(Number) as number },
        after: null,
      },
      { action: 'invite.create', target, before: null, after: grant('reader') },
      { action: 'invite.decline', target, before: grant('reader'), after: null },
      { action: 'invite.create', target, before: null, after: grant('reader') },
      { action: 'invite.delete', target, before: grant('reader'), after: null },
    ]);
  });

  it('tells of an image’s whole life', async () => {
    const { sha256, bytes } = await pushImage(alice, 'name=life&tag=v1');
    await alice.patch('/images/life:v1', { description: 'New', tag: 'v2', protected: false });
    await alice.delete('/images/life:v2');
    expect(await auditEvents(api.admin, 'target=alice/life:v1')).toHaveLength(2);
    const facts = { sha256, size_bytes: bytes.length };
    expect(await told('target=alice/life:v1')).toEqual([
      { action: 'image.create', target: 'alice/life:v1', before: null, after: facts },
      {
        action: 'image.update',
        target: 'alice/life:v1',
        before: { tag: 'v1', description: '' },
        after: { tag: 'v2', description: 'New' },
      },
    ]);
    const described = {
      name: 'life',
      tag: 'v2',
      description: 'New',
      labels: {},
      visibility: 'private',
      protected: false,
    };
    expect(await told('target=alice/life:v2')).toEqual([
      {
        action: 'image.delete',
        target: 'alice/life:v2',
        before: { ...described, namespace: null, ...facts },
        after: null,
      },
    ]);
  });

  it('has one row for each answer that brings bytes of an image, and none for the others', async () => {
    const { sha256 } = await pushImage(alice, 'name=pulled');
    await alice.patch('/images/pulled', { visibility: 'public' });
    const file = '/images/alice%2Fpulled/file';
    await bob.get(file);
    await api.anonymous.get(file, { headers: { Range: 'bytes=1-4' } });
    await bob.call('HEAD', file);
    await bob.get(file, { headers: { 'If-None-Match': `"${sha256}"` } });
    const events = await auditEvents(api.admin, 'action=image.download&target=alice/pulled:latest');
    expect(events.map(({ actor, reason }) => ({ actor, reason }))).toEqual([
      { actor: null, reason: expect.stringMatching(/^bytes 1-4\/\d+$/) as string },
      { actor: 'bob', reason: null },
    ]);
  });

  it('has no row of a change that was undone, and no change is without its row', async () => {
    const database = api.app.get(Database, { strict: false });
    const before = await database.query('SELECT id FROM audit_events ORDER BY id');
    await database.query('ALTER TABLE audit_events ADD CONSTRAINT full_up CHECK (at < now()) NOT VALID');
    try {
      expect((await alice.post('/namespaces', { name: 'unheard' })).status).toBe(500);
      expect((await alice.patch('/users/alice', { email: 'unheard@x.test' })).status).toBe(500);
    } finally {
      await database.query('ALTER TABLE audit_events DROP CONSTRAINT full_up');
    }
    expect((await alice.get('/n/alice/unheard')).status).toBe(404);
    expect((await alice.get('/users/alice')).body).toMatchObject({ email: 'a@x.test' });
    expect(await alice.post('/namespaces', { name: 'made' })).toMatchObject({ status: 400 });
    expect(await database.query('SELECT id FROM audit_events ORDER BY id')).toEqual(before);
  });
});

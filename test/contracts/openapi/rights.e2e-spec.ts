import { startTestApi, type TestApi } from '../../support/api.js';
import { newNamespace, pushImage } from '../../support/builders.js';
import { DescribedApi, idOf, newExampleUser } from '../../support/described-api.js';
import type { NativeClient } from '../../support/native-client.js';

const described = await DescribedApi.committed();

describe('the examples of teams, roles, bindings and access, called in the order of a story', () => {
  let api: TestApi;
  let admin: NativeClient;
  let alice: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    ({ admin } = api);
    alice = await newExampleUser(admin, 'alice');
    await newExampleUser(admin, 'bob');
    await newNamespace(alice, 'team');
    await pushImage(alice, 'name=ubuntu&tag=24.04&namespace=team');
  });
  afterAll(() => api.close());

  it('are what teams get', async () => {
    await described.answersItsExample(admin, 'createTeam', 201);
    await described.answersItsExample(admin, 'createTeam', 400);
    await described.answersItsExample(admin, 'listTeams', 200);
    await described.answersItsExample(admin, 'showTeam', 200);
    await described.answersItsExample(admin, 'updateTeam', 200);
    for (const [name, parent] of [
      ['child', 'platform'],
      ['other', undefined],
    ]) {
      await described.call(admin, 'createTeam', { json: { name, parent } });
    }
    await described.answersItsExample(admin, 'updateTeam', 400, { path: '/teams/other', json: { parent: 'child' } });
    for (const id of ['showTeam', 'updateTeam', 'deleteTeam']) {
      await described.answersItsExample(admin, id, 404, { path: '/teams/nobody' });
    }
  });

  it('are what members of teams get', async () => {
    await described.answersItsExample(admin, 'putTeamMember', 200);
    await described.answersItsExample(admin, 'putTeamMember', 400, { json: { role: 'owner' } });
    await described.answersItsExample(alice, 'putTeamMember', 409, { json: { role: 'member' } });
    await described.answersItsExample(alice, 'listTeamMembers', 200);
    await described.answersItsExample(alice, 'removeTeamMember', 409);
    const [nobody, nowhere] = ['/teams/platform/members/nobody', '/teams/nowhere/members'];
    for (const id of ['putTeamMember', 'removeTeamMember']) {
      await described.answersItsExample(admin, id, 404, { path: nobody });
    }
    await described.answersItsExample(alice, 'listTeamMembers', 404, { path: nowhere });
    await described.answersItsExample(admin, 'removeTeamMember', 204);
    await described.call(admin, 'deleteTeam', { path: '/teams/child' });
    await admin.post('/namespaces', { name: 'theirs', owner: 'platform' });
    await described.answersItsExample(admin, 'deleteTeam', 409);
    await described.call(admin, 'deleteTeam', { path: '/teams/other' });
  });

  it('are what roles get', async () => {
    const path = `/roles/${idOf(await described.answersItsExample(alice, 'createRole', 201))}`;
    await described.answersItsExample(alice, 'createRole', 400);
    await described.answersItsExample(alice, 'createRole', 404, {
      json: { name: 'x', scopes: ['image:read'], namespace: 'nowhere' },
    });
    await described.answersItsExample(alice, 'showRole', 200, { path });
    await described.answersItsExample(alice, 'listRoles', 200, { path: '/roles?namespace=team' });
    await described.answersItsExample(alice, 'listRoles', 404, { path: '/roles?namespace=nowhere' });
    const badName = '/roles?namespace=_';
    expect((await described.call(alice, 'listRoles', { path: badName })).status).toBe(400);
    await described.answersItsExample(alice, 'updateRole', 200, { path });
    await described.answersItsExample(alice, 'updateRole', 409, { path });
    await described.answersItsExample(alice, 'updateRole', 400, { path, json: { scopes: [], version: 2 } });
    const binding = { role: 'pusher', subject: { user: 'bob' }, namespace: 'team' };
    const bound = idOf(await described.call(alice, 'createBinding', { json: binding }));
    await described.answersItsExample(alice, 'deleteRole', 409, { path });
    await described.call(alice, 'deleteBinding', { path: `/bindings/${bound}` });
    await described.answersItsExample(alice, 'deleteRole', 204, { path });
    for (const id of ['showRole', 'updateRole', 'deleteRole']) {
      await described.answersItsExample(alice, id, 404, { path });
    }
  });

  it('are what bindings get', async () => {
    const path = `/bindings/${idOf(await described.answersItsExample(alice, 'createBinding', 201))}`;
    await described.answersItsExample(alice, 'createBinding', 409);
    await described.answersItsExample(alice, 'createBinding', 400, { json: { role: 'writer', subject: {} } });
    await described.answersItsExample(alice, 'createBinding', 404, {
      json: { role: 'writer', subject: { user: 'nobody' }, namespace: 'team' },
    });
    await described.answersItsExample(alice, 'listBindings', 200);
    expect((await described.call(alice, 'listBindings', { path: '/bindings?namespace=_' })).status).toBe(400);
    await described.answersItsExample(alice, 'showBinding', 200, { path });
    await described.answersItsExample(alice, 'updateBinding', 200, { path });
    await described.answersItsExample(alice, 'updateBinding', 400, { path, json: { expires_at: '2020-01-01' } });
    for (const id of ['showBinding', 'updateBinding', 'deleteBinding']) {
      await described.answersItsExample(alice, id, 404, { path: '/bindings/999' });
    }
  });

  it('are what explanations get', async () => {
    const told = await described.call(alice, 'explainAccess', {
      path: '/access?user=bob&scope=image:write&target=namespace:team',
    });
    expect(told.body).toMatchObject({ allowed: true, user: 'bob', because: [{ kind: 'binding', role: 'writer' }] });
    const [odd, unknown] = ['team', 'namespace:nowhere'].map((target) => `/access?scope=image:write&target=${target}`);
    await described.answersItsExample(alice, 'explainAccess', 400, { path: odd ?? '' });
    await described.answersItsExample(alice, 'explainAccess', 404, { path: unknown ?? '' });
    expect((await described.call(alice, 'listImageAccess')).status).toBe(200);
    await described.answersItsExample(alice, 'listImageAccess', 404, { path: '/images/999/access' });
  });

  it('leave no answer unseen', async () => {
    const { body } = await described.call(alice, 'listBindings');
    const [binding] = body as { id: number }[];
    await described.answersItsExample(alice, 'deleteBinding', 204, { path: `/bindings/${binding?.id}` });
    await described.call(admin, 'createTeam', { json: { name: 'short-lived' } });
    await described.answersItsExample(admin, 'deleteTeam', 204, { path: '/teams/short-lived' });
    expect(described.untold('Teams', 'Roles', 'Bindings', 'Access')).toEqual([]);
  });
});

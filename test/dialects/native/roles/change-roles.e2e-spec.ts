import { SCOPES } from '#kernel';
import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  expectStatus,
  mintToken,
  newTree,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import { type Answer, NativeClient } from '../../../support/native-client.js';

interface Role {
  readonly id: number;
  readonly name: string;
  readonly version: number;
}

describe('roles', () => {
  let api: TestApi;
  let owner: TestUser;
  let stranger: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [owner, stranger] = [await newUser(api.admin, 'owner'), await newUser(api.admin, 'stranger')];
    await newTree(owner, 'tree/below');
  });
  afterAll(() => api.close());

  const role = ({ body }: Answer): Role => body as Role;
  const newRole = async (client: NativeClient, input: object): Promise<Role> =>
    role(expectStatus(await client.post('/roles', { name: unique('role'), scopes: ['image:read'], ...input }), 201));

  it('are made for a tree by its owner, and seen by who sees the tree', async () => {
    const answer = await owner.post('/roles', {
      name: 'pusher',
      description: 'CI',
      scopes: ['image:write', 'image:read', 'image:read'],
      namespace: 'tree',
    });
    expect(answer.status).toBe(201);
    const { id } = role(answer);
    expect(answer.headers.get('location')).toBe(`${api.url}/roles/${id}`);
    expect(answer.body).toEqual({
      id,
      name: 'pusher',
      description: 'CI',
      scopes: ['image:read', 'image:write'],
      namespace: 'tree@owner',
      built_in: false,
      version: 1,
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
    });
    expect((await owner.get(`/roles/${id}`)).body).toEqual(answer.body);
    expect((await stranger.get(`/roles/${id}`)).status).toBe(404);
    expect((await owner.get('/roles?namespace=tree/below')).body).toContainEqual(answer.body);
    expect((await owner.get('/roles')).body).not.toContainEqual(answer.body);
    expect((await stranger.get('/roles?namespace=tree%40owner')).status).toBe(404);
    expect((await stranger.patch(`/roles/${id}`, { description: 'x', version: 1 })).status).toBe(404);
  });

  it('list the built-in ones first, page by page', async () => {
    const first = await stranger.get('/roles?limit=4');
    expect((first.body as Role[]).map(({ name }) => name)).toEqual(['reader', 'writer', 'maintainer', 'owner']);
    expect(first.headers.get('link')).toContain('rel="next"');
  });

  it('that are built in can be neither changed nor deleted', async () => {
    const message = 'The role reader is built in; it can neither be changed nor deleted';
    const [builtIn] = (await api.admin.get('/roles?limit=1')).body as Role[];
    const reader = builtIn?.id ?? 0;
    for (const answer of [
      await api.admin.patch(`/roles/${reader}`, { description: 'x', version: 1 }),
      await api.admin.delete(`/roles/${reader}`),
    ]) {
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 409, body: { message } });
    }
  });

  it('refuse a change that is based on an old version, or on none', async () => {
    const { id } = await newRole(owner, { namespace: 'tree' });
    expect((await owner.patch(`/roles/${id}`, { description: 'mine', version: 1 })).body).toMatchObject({ version: 2 });
    const message = 'The role has changed: it is at version 2; read it again and send that version';
    for (const changes of [{ description: 'theirs', version: 1 }, { description: 'theirs' }]) {
      expect(await owner.patch(`/roles/${id}`, changes)).toMatchObject({ status: 409, body: { message } });
    }
    const call = { json: { name: unique('new') }, headers: { 'If-Match': '"2"' } };
    expect((await owner.call('PATCH', `/roles/${id}`, call)).body).toMatchObject({ description: 'mine', version: 3 });
  });

  it('of two changes at once let one through', async () => {
    const { id } = await newRole(owner, { namespace: 'tree' });
    const both = ['one', 'two'].map((description) => owner.patch(`/roles/${id}`, { description, version: 1 }));
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('stay while they are bound', async () => {
    const { id } = await newRole(owner, { namespace: 'tree' });
    const subject = { user: stranger.username };
    const binding = expectStatus(await owner.post('/bindings', { role: id, subject, namespace: 'tree' }), 201);
    const message = 'The role is bound; delete its bindings first';
    expect(await owner.delete(`/roles/${id}`)).toMatchObject({ status: 409, body: { message } });
    expectStatus(await owner.delete(`/bindings/${role(binding).id}`), 204);
    expect((await owner.delete(`/roles/${id}`)).status).toBe(204);
    expect((await owner.get(`/roles/${id}`)).status).toBe(404);
  });

  it('are global only by who may write roles everywhere, with no more than they hold everywhere', async () => {
    expect((await owner.post('/roles', { name: 'mine', scopes: ['image:read'] })).status).toBe(403);
    const operator = await newUser(api.admin);
    const { id } = await newRole(api.admin, { scopes: ['role:write', 'role:read', 'image:read'] });
    expectStatus(await api.admin.post('/bindings', { role: id, subject: { user: operator.username } }), 201);
    expect(await operator.post('/roles', { name: 'strong', scopes: ['image:read', 'image:delete'] })).toMatchObject({
      status: 403,
      body: { message: 'You cannot grant what you do not hold: image:delete' },
    });
    const weak = await newRole(operator, { scopes: ['image:read'] });
    const changes = { scopes: ['image:read', 'image:delete'], version: 1 };
    expect((await operator.patch(`/roles/${weak.id}`, changes)).status).toBe(403);
    expect((await operator.get(`/roles/${weak.id}`)).body).toEqual(weak);
  });

  it('of a tree are not widened for an image that has left it, or by a token that ends', async () => {
    const { id } = await newRole(owner, { namespace: 'tree' });
    const image = (await pushImage(owner, 'name=leaver&namespace=tree')).id;
    expectStatus(await owner.post('/bindings', { role: id, subject: { user: 'stranger' }, image }), 201);
    const widened = { scopes: ['image:read', 'image:write'], version: 1 };
    const minted = await owner.post('/tokens', {
      name: 'short',
      scopes: ['role:write', 'image:write'],
      expires_in: 60,
    });
    const short = new NativeClient(api.url, (minted.body as { token: string }).token);
    expect((await short.patch(`/roles/${id}`, widened)).status).toBe(409);
    expectStatus(await owner.patch(`/images/${image}`, { namespace: null }), 200);
    expect((await owner.patch(`/roles/${id}`, widened)).status).toBe(409);
    expect((await owner.get(`/roles/${id}`)).body).toMatchObject({ version: 1, scopes: ['image:read'] });
  });

  it('of a tree are not widened for longer than their editor holds what is added', async () => {
    const editor = await newUser(api.admin);
    const { id, version, name } = await newRole(owner, { namespace: 'tree', scopes: ['role:write', 'namespace:read'] });
    const bind = async (role: string, more: object = {}): Promise<void> => {
      const input = { role, subject: { user: editor.username }, namespace: 'tree', ...more };
      expectStatus(await owner.post('/bindings', input), 201);
    };
    await bind(name);
    await bind('maintainer', { expires_in: 3600 });
    const widened = ['role:write', 'namespace:read', 'image:delete'];
    const { status, body } = await editor.patch(`/roles/${id}`, { scopes: widened, version });
    expect([status, body]).toEqual([
      409,
      { message: expect.stringContaining('beyond the end of what you hold') as string },
    ]);
    expect((await owner.get(`/roles/${id}`)).body).toMatchObject({ version, scopes: ['namespace:read', 'role:write'] });
  });

  it.each([
    [{ scopes: ['image:fly'] }, { scopes: [`Unknown scopes: image:fly. Known are: ${SCOPES.join(', ')}`] }],
    [
      { scopes: ['operation:read'] },
      {
        scopes: [
          'Only tokens hold operation:read: a role gives image:read to see the work on images, image:write to manage it and to build',
        ],
      },
    ],
    [{ scopes: [] }, { scopes: ['Scopes must name at least one scope'] }],
    [{ scopes: ['audit:read'] }, { scopes: [expect.stringMatching(/^A namespace’s role cannot hold audit:read/)] }],
    [{ name: '12' }, { name: [expect.stringMatching(/^Name must be 1 to 63/)] }],
    [{ namespace: 'tree/below' }, { namespace: ['Roles belong to the root of a tree; name that'] }],
    [{ description: 'x'.repeat(256) }, { description: [expect.stringMatching(/^Description cannot be longer/)] }],
  ])('refuse %j and leave nothing behind', async (changes, problems) => {
    const before = (await owner.get('/roles?namespace=tree&limit=100')).body;
    const answer = await owner.post('/roles', { name: 'new', scopes: ['image:read'], namespace: 'tree', ...changes });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: problems });
    expect((await owner.get('/roles?namespace=tree&limit=100')).body).toEqual(before);
  });

  it('have one name once, whatever the case', async () => {
    const { name } = await newRole(owner, { namespace: 'tree' });
    const again = await owner.post('/roles', { name: name.toUpperCase(), scopes: ['image:read'], namespace: 'tree' });
    expect(again).toMatchObject({ status: 400, body: { name: ['Name already exists'] } });
  });
});

describe('no other way to more than one holds', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('is an invite: it takes the role’s scopes on the root, by role and by token', async () => {
    const [owner, lead] = [await newUser(api.admin), await newUser(api.admin)];
    await newUser(api.admin, 'friend');
    await newTree(owner, 'tree/below');
    const invite = (client: NativeClient, path: string, role: string): Promise<Answer> =>
      client.post(`/n/${owner.username}/${path}/-/invites`, { handle: 'friend', role });
    const bind = (namespace: string): Promise<Answer> =>
      owner.post('/bindings', { role: 'owner', subject: { user: lead.username }, namespace });
    expectStatus(await bind('tree/below'), 201);
    expect((await invite(lead, 'tree/below', 'reader')).status).toBe(404); // it would open the root, which they cannot see
    const weak = new NativeClient(api.url, await mintToken(owner, ['invite:write', 'image:read']));
    expect((await invite(weak, 'tree', 'reader')).body).toEqual({
      message: 'You cannot grant what you do not hold: namespace:read',
    });
    expect((await invite(owner, 'tree', 'maintainer')).status).toBe(201);
  });

  it('is an admin’s token of few scopes: it makes no admin', async () => {
    const user = await newUser(api.admin);
    const weak = new NativeClient(api.url, await mintToken(api.admin, ['user:write', 'token:write']));
    expect((await weak.patch(`/users/${user.username}`, { role: 'admin' })).status).toBe(403);
    const input = { username: unique('new'), email: 'new@x.test', role: 'admin' };
    expect((await weak.post('/users', input)).status).toBe(403);
    const scopes = ['image:read'];
    expect((await weak.post('/tokens', { name: 'x', scopes, user: user.username })).status).toBe(403);
    expect((await api.admin.get(`/users/${input.username}`)).status).toBe(404);
    expect((await api.admin.get(`/users/${user.username}`)).body).toMatchObject({ role: 'member' });
  });
});

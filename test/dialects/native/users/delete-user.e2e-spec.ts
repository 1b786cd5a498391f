import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
} from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { takeInventory } from '../../../support/leftovers.js';
import { Wire } from '../../../support/wire.js';

describe('DELETE /users/:username', () => {
  let api: TestApi;
  let user: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    user = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const stillOwns = (images: number, namespaces: number): object => ({
    message: `The user still owns ${images} images and ${namespaces} namespaces; delete or move them first, or disable the user`,
  });

  it('makes the user unknown and their tokens dead at once', async () => {
    const { status, body } = await api.admin.delete(`/users/${user.username}`);
    expect(status).toBe(204);
    expect(body).toBeUndefined();
    expect((await user.get('/user')).status).toBe(401);
    expect((await api.admin.get(`/users/${user.username}`)).status).toBe(404);
    expect((await api.admin.get(`/users?search=${user.username}`)).body).toEqual([]);
    expect((await api.admin.delete(`/users/${user.username}`)).status).toBe(404);
  });

  it('gives the username and email back, and nothing of the old account to the new one', async () => {
    const { id: oldId } = (await user.get('/user')).body as { id: number };
    await api.admin.delete(`/users/${user.username}`);
    const successor = await newUser(api.admin, user.username);
    expect(((await successor.get('/user')).body as { id: number }).id).not.toBe(oldId);
    expect((await successor.get('/tokens')).body).toHaveLength(1);
    expect((await user.get('/user')).status).toBe(401);
  });

  it('refuses while they own images or namespaces, and changes nothing', async () => {
    await newNamespace(user, 'tree');
    await pushImage(user, 'name=one');
    await pushImage(user, 'name=two&namespace=tree');
    const { status, body } = await api.admin.delete(`/users/${user.username}`);
    expect(status).toBe(409);
    expect(body).toEqual(stillOwns(2, 1));
    expect((await user.get('/user')).status).toBe(200);
  });

  it('refuses while bytes of theirs are on their way', async () => {
    const bytes = distinctImage('on its way');
    const wire = await Wire.open(user);
    wire.sendHead('POST', '/images?name=late', { 'Content-Length': bytes.length });
    await wire.send(bytes.subarray(0, 100));
    await eventually(async () => expect((await takeInventory(api)).rows.uploads).toBe(1));
    expect((await api.admin.delete(`/users/${user.username}`)).body).toEqual(stillOwns(1, 0));
    await wire.send(bytes.subarray(100));
    expect((await wire.answer()).status).toBe(201);
    wire.cut();
  });

  it('ends what they were pushing into somebody else’s tree, and leaves nothing of it', async () => {
    const owner = await newUser(api.admin);
    await newNamespace(owner, 'inbox');
    await collaborate(owner, 'inbox', user, 'writer');
    const before = await takeInventory(api);
    const bytes = distinctImage('never arrives');
    const wire = await Wire.open(user);
    wire.sendHead('POST', `/images?name=late&namespace=inbox@${owner.username}`, { 'Content-Length': bytes.length });
    await wire.send(bytes.subarray(0, 100));
    await eventually(async () => expect((await takeInventory(api)).rows.uploads).toBe(1));
    expect((await api.admin.delete(`/users/${user.username}`)).status).toBe(204);
    await wire.send(bytes.subarray(100));
    expect((await wire.answer()).status).toBe(400);
    wire.cut();
    await eventually(async () => expect(await takeInventory(api)).toEqual(before));
  });

  it('leaves no image without an owner, even where a push and the deletion overtake each other', async () => {
    const before = await takeInventory(api);
    const bytes = distinctImage('of nobody');
    const wire = await Wire.open(user);
    wire.sendHead('POST', '/images?name=late', { 'Content-Length': bytes.length });
    await wire.send(bytes.subarray(0, 100));
    await eventually(async () => expect((await takeInventory(api)).rows.uploads).toBe(1));
    // What a deletion commits that counted the uploads a moment before this one was there.
    await api.app.get(Database).query('UPDATE users SET deleted_at = now() WHERE username = $1', [user.username]);
    await wire.send(bytes.subarray(100));
    expect((await wire.answer()).status).toBe(404);
    wire.cut();
    await eventually(async () => expect(await takeInventory(api)).toEqual(before));
  });

  it('ends their invitations and collaborations, and keeps what they made for others', async () => {
    const owner = await newUser(api.admin);
    await newNamespace(owner, 'shared');
    await collaborate(owner, 'shared', user, 'writer');
    const { id } = await pushImage(user, `name=gift&namespace=shared@${owner.username}`);
    await newNamespace(owner, 'second');
    expectStatus(await owner.post(`/n/${owner.username}/second/-/invites`, { handle: user.username }), 201);

    expect((await api.admin.delete(`/users/${user.username}`)).status).toBe(204);

    expect((await owner.get(`/n/${owner.username}/shared/-/collaborators`)).body).toEqual([]);
    expect((await owner.get(`/n/${owner.username}/second/-/invites`)).body).toEqual([]);
    expect((await owner.get(`/images/${id}`)).body).toMatchObject({
      author: { username: user.username },
      user: { username: owner.username },
    });
  });

  it('is for admins, also for one’s own account', async () => {
    const { status, body } = await user.delete(`/users/${user.username}`);
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'Your token does not have the scope user:delete' });
    expect((await user.get('/user')).status).toBe(200);
  });

  it('answers 404 for nobody', async () => {
    const { status, body } = await api.admin.delete('/users/nobody');
    expect(status).toBe(404);
    expect(body).toEqual({ message: 'Not Found' });
  });
});

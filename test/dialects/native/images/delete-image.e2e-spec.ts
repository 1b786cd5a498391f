import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage, withScopes } from '../../../support/builders.js';
import { leavingNothing, takeInventory } from '../../../support/leftovers.js';
import type { Answer } from '../../../support/native-client.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('DELETE /images/:image', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  let bob: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
  });
  afterAll(() => api.close());

  const outcome = ({ status, body }: Answer): object => ({ status, body });

  it('answers 204 without a body, and the image is gone with its file', async () => {
    await leavingNothing(api, async () => {
      const { id } = await pushImage(alice, 'name=disk');
      expect(outcome(await alice.delete(`/images/${id}`))).toEqual({ status: 204, body: undefined });
      for (const path of [`/images/${id}`, `/images/${id}/file`, '/images/disk']) {
        expect(outcome(await alice.get(path))).toEqual(NOT_FOUND);
      }
      expect((await alice.get('/images?name=disk')).body).toEqual([]);
    });
  });

  it('answers 404 when asked again', async () => {
    const { id } = await pushImage(alice, 'name=disk');
    expectStatus(await alice.delete(`/images/${id}`), 204);
    expect(outcome(await alice.delete(`/images/${id}`))).toEqual(NOT_FOUND);
  });

  it('deletes once however many ask at once', async () => {
    const { id } = await pushImage(alice, 'name=disk');
    const answers = await Promise.all(Array.from({ length: 5 }, () => alice.delete(`/images/${id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
  });

  it('takes a reference as well as an id', async () => {
    await pushImage(alice, 'name=named&tag=v1&namespace=n');
    expectStatus(await alice.delete(`/images/${alice.username}%2Fn%2Fnamed:v1`), 204);
    expect((await alice.get('/images?name=named')).body).toEqual([]);
  });

  it('leaves the namespace of the image where it is', async () => {
    const { id } = await pushImage(alice, 'name=disk&namespace=stays');
    expectStatus(await alice.delete(`/images/${id}`), 204);
    expectStatus(await alice.get(`/n/${alice.username}/stays`), 200);
  });

  it('refuses a protected image until it is not', async () => {
    const image = await pushImage(alice, 'name=precious');
    expectStatus(await alice.patch(`/images/${image.id}`, { protected: true }), 200);
    for (const client of [alice, api.admin]) {
      expect(outcome(await client.delete(`/images/${image.id}`))).toEqual({
        status: 409,
        body: { message: 'The image is protected; set "protected" to false before you delete it' },
      });
    }
    expect((await alice.pull(`/images/${image.id}/file`)).equals(image.bytes)).toBe(true);
    expectStatus(await alice.patch(`/images/${image.id}`, { protected: false }), 200);
    expectStatus(await alice.delete(`/images/${image.id}`), 204);
  });

  it('is for the owner, maintainers and admins; who may only see it is told so', async () => {
    await newNamespace(alice, 'team');
    for (const [role, status] of Object.entries({ reader: 403, writer: 403, maintainer: 204 })) {
      const guest = await newUser(api.admin);
      await collaborate(alice, 'team', guest, role);
      const { id } = await pushImage(alice, `name=${role}&namespace=team`);
      const answer = await guest.delete(`/images/${id}`);
      const message = 'You can see this image but not delete it';
      expect(outcome(answer)).toEqual({ status, body: status === 403 ? { message } : undefined });
    }
    expectStatus(await api.admin.delete(`/images/${alice.username}%2Fteam%2Freader`), 204);
  });

  it('hides a private image from strangers, and keeps it', async () => {
    const { id } = await pushImage(alice, 'name=private');
    expect(outcome(await bob.delete(`/images/${id}`))).toEqual(NOT_FOUND);
    expectStatus(await alice.get(`/images/${id}`), 200);
  });

  it('lets nobody but its owner delete what is public', async () => {
    const { id } = await pushImage(alice, 'name=open');
    expectStatus(await alice.patch(`/images/${id}`, { visibility: 'public' }), 200);
    expect((await bob.delete(`/images/${id}`)).status).toBe(403);
    expect((await api.anonymous.delete(`/images/${id}`)).status).toBe(401);
    expectStatus(await alice.get(`/images/${id}`), 200);
  });

  it('asks for image:delete, which image:write does not include', async () => {
    const { id } = await pushImage(alice, 'name=scoped');
    expect((await (await withScopes(alice, 'image:read', 'image:write')).delete(`/images/${id}`)).status).toBe(403);
    expectStatus(await (await withScopes(alice, 'image:delete')).delete(`/images/${id}`), 204);
  });

  it.each(['abc', '0', '-1', '99999999999999999999', '..%2f..%2fetc'])('finds nothing as %s', async (id) => {
    const before = await takeInventory(api);
    expect(outcome(await alice.delete(`/images/${id}`))).toEqual(NOT_FOUND);
    expect(await takeInventory(api)).toEqual(before);
  });
});

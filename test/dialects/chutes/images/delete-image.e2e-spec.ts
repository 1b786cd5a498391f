import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser, withScopes } from '../../../support/builders.js';
import { idOfReference } from '../../../support/chutes-body.js';
import { buildParts, ChutesClient } from '../../../support/chutes-client.js';

const NOT_FOUND = { status: 404, body: { detail: 'Image not found, or does not belong to you' } };

describe('DELETE /images/{image_id_or_name} (Chutes)', () => {
  let api: TestApi;
  let bob: TestUser;
  let eve: TestUser;
  let chutes: ChutesClient;
  beforeAll(async () => {
    api = await startTestApi();
    [bob, eve] = [await newUser(api.admin, 'bob'), await newUser(api.admin, 'eve')];
    chutes = new ChutesClient(api.url, bob);
  });
  afterAll(() => api.close());

  const remove = async (image: string, client = chutes): Promise<{ status: number; body: unknown }> => {
    const { status, body } = await client.delete(image);
    return { status, body };
  };

  it.each(['named:1.0', 'bob/named:1.0', idOfReference('bob/named:1.0'), idOfReference('bob/named:1.0:cpu')])(
    'deletes one of the caller’s own, as %s',
    async (image) => {
      await pushImage(bob, 'name=named&tag=1.0');
      const body = { image_id: idOfReference('bob/named:1.0'), deleted: true };
      expect(await remove(image)).toEqual({ status: 200, body });
      expect((await bob.get('/images/named:1.0')).status).toBe(404);
      expect(await remove(image)).toEqual(NOT_FOUND);
    },
  );

  it('deletes one that waits to be built, after which its name is free', async () => {
    const parts = buildParts({ username: 'bob', name: 'waiting' });
    expect((await chutes.build(parts)).status).toBe(202);
    expect((await chutes.build(parts)).status).toBe(409);
    expect((await remove('waiting:1.0')).status).toBe(200);
    expect((await chutes.build(parts)).status).toBe(202);
  });

  it('keeps what is protected', async () => {
    const { id } = await pushImage(bob, 'name=kept&tag=1.0');
    await bob.patch(`/images/${id}`, { protected: true });
    const detail = 'The image is protected; set "protected" to false before you delete it';
    expect(await remove('kept:1.0')).toEqual({ status: 409, body: { detail } });
    expect((await chutes.get('kept:1.0')).status).toBe(200);
  });

  it('does not find another’s, not even a public one, nor for an admin', async () => {
    const { id } = await pushImage(eve, 'name=open&tag=1.0');
    await eve.patch(`/images/${id}`, { visibility: 'public' });
    expect(await remove('eve/open:1.0')).toEqual(NOT_FOUND);
    expect(await remove('eve/open:1.0', new ChutesClient(api.url, api.admin))).toEqual(NOT_FOUND);
    expect((await eve.get(`/images/${id}`)).status).toBe(200);
  });

  it('demands the scope image:delete, and answers 401 without', async () => {
    await pushImage(bob, 'name=safe&tag=1.0');
    const writer = await withScopes(bob, 'image:read', 'image:write', 'image:build');
    const { status, body } = await new ChutesClient(api.url, writer).delete('safe:1.0');
    const detail = 'Your token does not have the scope image:delete';
    expect({ status, body }).toEqual({ status: 401, body: { detail } });
  });
});

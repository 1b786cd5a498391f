import { collaborate, newNamespace, newUser, pushImage } from '../support/builders.js';
import { startTestApi, type TestApi } from '../support/api.js';

describe('sharing an image through a namespace', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('lets the invited pull what strangers cannot see, until the owner ends it', async () => {
    const [alice, bob, carol] = [await newUser(api.admin), await newUser(api.admin), await newUser(api.admin)];
    await newNamespace(alice, 'shared');
    const image = await pushImage(alice, 'name=disk&namespace=shared');
    const file = `/images/${image.id}/file`;

    await collaborate(alice, 'shared', bob, 'reader');
    expect((await bob.pull(file)).equals(image.bytes)).toBe(true);
    expect((await bob.delete(`/images/${image.id}`)).status).toBe(403);
    expect((await carol.get(file)).status).toBe(404);
    expect((await carol.get(file)).body).toEqual({ message: 'Not Found' });

    expect((await alice.delete(`/n/${alice.username}/shared/-/collaborators/${bob.username}`)).status).toBe(204);
    expect((await bob.get(file)).status).toBe(404);

    expect((await alice.delete(`/images/${image.id}`)).status).toBe(204);
    expect((await alice.get(file)).status).toBe(404);
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('PATCH /images/:image to a namespace where others hold more', () => {
  let api: TestApi;
  let owner: TestUser;
  let writer: TestUser;
  let deleter: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [owner, writer, deleter] = [await newUser(api.admin), await newUser(api.admin), await newUser(api.admin)];
    await newTree(owner, 'tree/left');
    await newTree(owner, 'other');
    expectStatus(await owner.post('/namespaces', { name: 'right', parent: 'tree' }), 201);
    await bind('writer', writer, 'tree');
    await bind('maintainer', deleter, 'tree/right');
  });
  afterAll(() => api.close());

  async function bind(role: string, user: TestUser, namespace: string): Promise<void> {
    expectStatus(await owner.post('/bindings', { role, subject: { user: user.username }, namespace }), 201);
  }

  it('is refused to who does not hold on the image what they would get', async () => {
    const { id } = await pushImage(owner, 'name=disk&namespace=tree/left');
    const { status, body } = await changingNothing(api, () =>
      writer.patch(`/images/${id}`, { namespace: `tree/right@${owner.username}` }),
    );
    expect([status, body]).toEqual([403, { message: 'You cannot grant what you do not hold: image:delete' }]);
    expect((await deleter.get(`/images/${id}`)).status).toBe(404);
  });

  it('is for its owner, and for who holds as much', async () => {
    const { id } = await pushImage(owner, 'name=second&namespace=tree/left');
    expect((await owner.patch(`/images/${id}`, { namespace: 'tree/right' })).status).toBe(200);
    expect((await deleter.get(`/images/${id}`)).status).toBe(200);
    expect((await writer.patch(`/images/${id}`, { namespace: `tree/left@${owner.username}` })).status).toBe(200);
    await bind('maintainer', writer, 'tree/left');
    expect((await writer.patch(`/images/${id}`, { namespace: `tree/right@${owner.username}` })).status).toBe(200);
  });
});

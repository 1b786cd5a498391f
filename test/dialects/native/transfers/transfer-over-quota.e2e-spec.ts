import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newNamespace, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { newMember, newTeam } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('a transfer to somebody with a quota', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    await newUser(api.admin);
  });
  afterAll(() => api.close());

  const limitImages = async (limit: number): Promise<void> => {
    const path = `/quotas/accounts/${team}`;
    expectStatus(await api.admin.call('PUT', path, { json: { limit_images: limit } }), 200);
  };

  it('is refused, tree or image, where the receiver’s quota has no room, and changes nothing', async () => {
    await newNamespace(lead, 'tree');
    for (const name of ['a', 'b']) await pushImage(lead, `name=${name}&namespace=tree`);
    const loose = await pushImage(lead, 'name=loose');
    await limitImages(1);
    const tree = await changingNothing(api, () => lead.post(`/n/${lead.username}/tree/-/transfer`, { to: team }));
    expect(tree.status).toBe(413);
    expect(tree.body).toEqual({
      message: `Over the quota of team ${team}: limit 1 images, used 0, reserved by pushes under way 0, asked 2`,
    });
    await limitImages(0);
    const image = await changingNothing(api, () => lead.post(`/images/${loose.id}/transfer`, { to: team }));
    expect(image.status).toBe(413);
    expect(image.body).toEqual({
      message: `Over the quota of team ${team}: limit 0 images, used 0, reserved by pushes under way 0, asked 1`,
    });
  });

  it('goes through where there is room, to the last image', async () => {
    await limitImages(3);
    expect((await lead.post(`/n/${lead.username}/tree/-/transfer`, { to: team })).status).toBe(200);
    const { id } = await pushImage(lead, 'name=third');
    expect((await lead.post(`/images/${id}/transfer`, { to: team })).status).toBe(200);
    const fourth = await pushImage(lead, 'name=fourth');
    expect((await lead.post(`/images/${fourth.id}/transfer`, { to: team })).status).toBe(413);
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, type TestUser, unique, withScopes } from '../../../support/builders.js';
import { newMember, newTeam, putMember } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('whoever puts somebody into a team gives them all that the team holds', () => {
  let api: TestApi;
  let operator: TestUser;
  let guest: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [operator, guest] = [await newUser(api.admin), await newUser(api.admin)];
    expectStatus(await api.admin.post('/roles', { name: 'desk', scopes: ['team:read', 'team:write'] }), 201);
    await bind('desk', { user: operator.username });
  });
  afterAll(() => api.close());

  async function bind(role: string, subject: object): Promise<void> {
    expectStatus(await api.admin.post('/bindings', { role, subject }), 201);
  }

  const MORE = { message: expect.stringMatching(/^You cannot grant what you do not hold: image:read, /) as string };

  it('so that an operator of teams makes nobody an admin, nor themselves', async () => {
    const team = await newTeam(api.admin);
    await bind('admin', { team });
    for (const name of [operator.username, guest.username]) {
      const { status, body } = await changingNothing(api, () => putMember(operator, team, name, 'member'));
      expect([status, body]).toEqual([403, MORE]);
    }
  });

  it.each(['child', 'parent'] as const)('so that they do not so by its %s', async (kin) => {
    const parent = await newTeam(api.admin);
    const child = await newTeam(api.admin, parent);
    const [strong, weak] = kin === 'child' ? [child, parent] : [parent, child];
    await bind('admin', { team: strong });
    expect((await changingNothing(api, () => putMember(operator, weak, guest.username, 'lead'))).status).toBe(403);
  });

  it('so that they do not so by nesting teams', async () => {
    const [strong, own] = [await newTeam(api.admin), await newTeam(api.admin)];
    await bind('admin', { team: strong });
    expect((await putMember(operator, own, operator.username, 'lead')).status).toBe(200);
    for (const [team, parent] of [
      [own, strong],
      [strong, own],
    ]) {
      const { status, body } = await changingNothing(api, () => operator.patch(`/teams/${team}`, { parent }));
      expect([status, body]).toEqual([403, MORE]);
    }
  });

  it('so that they do not get what it owns, or what its service accounts hold', async () => {
    const [owning, serving, robot] = [await newTeam(api.admin), await newTeam(api.admin), unique('robot')];
    const lead = await newMember(api.admin, owning, 'lead');
    await newTree(lead, 'tree');
    expectStatus(await lead.post(`/n/${lead.username}/tree/-/transfer`, { to: owning }), 200);
    const account = { username: robot, email: `${robot}@x.test`, kind: 'service', team: serving };
    expectStatus(await api.admin.post('/users', account), 201);
    await bind('reader', { user: robot });
    for (const team of [owning, serving]) {
      expect((await changingNothing(api, () => putMember(operator, team, guest.username, 'lead'))).status).toBe(403);
    }
  });

  it('so that a lead’s token of fewer scopes takes nobody in, and one of all does', async () => {
    const team = await newTeam(api.admin);
    const lead = await newMember(api.admin, team, 'lead');
    await bind('maintainer', { team });
    const weak = await withScopes(lead, 'team:read', 'team:write');
    expect((await changingNothing(api, () => putMember(weak, team, guest.username, 'member'))).status).toBe(403);
    expect((await putMember(lead, team, guest.username, 'lead')).status).toBe(200);
    expect((await putMember(weak, team, guest.username, 'member')).status).toBe(200); // which takes something away
  });
});

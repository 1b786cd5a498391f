import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, newTree, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';
import { newMember, newMover, newTeam } from '../../../support/teams.js';

describe('POST /images/:image/transfer', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let member: TestUser;
  let guest: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    member = await newMember(api.admin, team, 'member');
    guest = await newUser(api.admin);
    await newTree(member, 'open', 'public');
    await collaborate(member, 'open', guest, 'maintainer');
  });
  afterAll(() => api.close());

  const transfer = (client: NativeClient, id: number, to: string): Promise<Answer> =>
    client.post(`/images/${id}/transfer`, { to });

  it('gives an image with its bytes and author to a team, which members then read and leads delete', async () => {
    const name = unique('disk');
    const { id, bytes } = await pushImage(member, `name=${name}`);
    const { status, body } = await transfer(member, id, team);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, reference: `${team}/${name}:latest`, author: { username: member.username } });
    expect(await member.pull(`/images/${encodeURIComponent(`${team}/${name}`)}/file`)).toEqual(bytes);
    expect((await member.delete(`/images/${id}`)).status).toBe(403);
    expect((await guest.get(`/images/${id}`)).status).toBe(404);
    expect((await lead.delete(`/images/${id}`)).status).toBe(204);
  });

  it('takes it out of its tree, whose openness stays behind', async () => {
    const { id } = await pushImage(member, `name=${unique('disk')}&namespace=open`);
    expect((await api.anonymous.get(`/images/${id}`)).status).toBe(200);
    expect((await transfer(member, id, team)).body).toMatchObject({ namespace: null, user: { username: team } });
    expect((await api.anonymous.get(`/images/${id}`)).status).toBe(404);
    expect((await guest.get('/images?include_public=true')).body).not.toContainEqual(expect.objectContaining({ id }));
  });

  it('answers 204 to an owner who may give to anybody, and does not see it any more', async () => {
    const mover = await newMover(api.admin, 'image:write');
    const { id } = await pushImage(mover, `name=${unique('disk')}`);
    const { status, body } = await transfer(mover, id, guest.username);
    expect([status, body]).toEqual([204, undefined]);
    expect((await guest.get(`/images/${id}`)).body).toMatchObject({ user: { username: guest.username } });
    expect((await mover.get(`/images/${id}`)).status).toBe(404);
  });

  it('is not for collaborators, nor for members of the owning team', async () => {
    const { id } = await pushImage(member, `name=${unique('disk')}&namespace=open`);
    const others = await transfer(guest, id, guest.username);
    expect([others.status, others.body]).toEqual([
      403,
      { message: 'You can see this image, but only its owner may transfer it' },
    ]);
    await transfer(member, id, team);
    expect((await transfer(member, id, member.username)).status).toBe(403);
    expect((await transfer(guest, id, guest.username)).status).toBe(404);
  });

  it('pushes nothing onto anybody', async () => {
    const { id } = await pushImage(member, `name=${unique('disk')}`);
    const { status, body } = await transfer(member, id, guest.username);
    expect([status, body]).toEqual([
      403,
      { message: 'You can transfer to yourself and to teams you are in; ask an operator for the rest' },
    ]);
    for (const [to, problem] of [
      [await newTeam(api.admin), 'No such user or team'],
      ['nobody', 'No such user or team'],
      [member.username, 'It belongs to them already'],
    ] as const) {
      const refused = await transfer(member, id, to);
      expect([refused.status, refused.body]).toEqual([400, { to: [problem] }]);
    }
  });

  it('changes nothing where the receiver has an image of that name', async () => {
    const name = unique('disk');
    const [first, second] = [await pushImage(member, `name=${name}`), await pushImage(lead, `name=${name}`)];
    expect((await transfer(member, first.id, team)).status).toBe(200);
    const { status, body } = await transfer(lead, second.id, team);
    expect([status, body]).toEqual([
      409,
      { message: `The receiver has these already; nothing was transferred: ${team}/${name}:latest` },
    ]);
    expect((await lead.get(`/images/${second.id}`)).body).toMatchObject({ user: { username: lead.username } });
  });

  it('happens once when it is asked for twice at once', async () => {
    const { id } = await pushImage(lead, `name=${unique('disk')}`);
    const answers = await Promise.all([transfer(lead, id, team), transfer(lead, id, team)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await member.get(`/images/${id}`)).body).toMatchObject({ user: { username: team } });
  });
});

import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { newMember, newTeam } from '../../../support/teams.js';

describe('a team’s trees', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let member: TestUser;
  let stranger: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    member = await newMember(api.admin, team, 'member');
    stranger = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const newRoot = async (): Promise<string> => {
    const name = unique('root');
    expect((await lead.post('/namespaces', { name, owner: team })).status).toBe(201);
    return name;
  };

  it('are made by its leads and operators, and belong to the team', async () => {
    for (const client of [lead, api.admin]) {
      const name = unique('tree');
      const { status, headers, body } = await client.post('/namespaces', { name, owner: team });
      expect(status).toBe(201);
      expect(headers.get('location')).toBe(`${api.url}/n/${team}/${name}`);
      expect(body).toMatchObject({ name, path: name, user: { username: team, email: '' } });
      expect((await lead.get(`/n/${team}/${name}`)).body).toEqual(body);
    }
  });

  it('grow by its leads, and not by members', async () => {
    const root = await newRoot();
    const grown = await lead.post('/namespaces', { name: 'below', parent: root, owner: team });
    expect([grown.status, grown.body]).toEqual([201, expect.objectContaining({ path: `${root}/below` })]);
    expect((await member.post('/namespaces', { name: 'other', parent: root, owner: team })).status).toBe(403);
  });

  it.each([
    ['members', () => member, () => team, 403, { message: 'Only the leads of a team make root namespaces for it' }],
    ['strangers', () => stranger, () => team, 400, { owner: ['No such owner'] }],
    ['nobody known', () => lead, () => 'nobody', 400, { owner: ['No such owner'] }],
    ['another user', () => lead, () => stranger.username, 400, { owner: ['No such owner'] }],
  ])('are not made by or for %s', async (_, client, owner, status, problem) => {
    const answer = await client().post('/namespaces', { name: unique('tree'), owner: owner() });
    expect([answer.status, answer.body]).toEqual([status, problem]);
  });

  it('are made on the fly by a lead’s push, and not by a member’s', async () => {
    const name = unique('fly');
    const refused = await member.push(`name=disk&namespace=${name}@${team}`, distinctImage('x'));
    expect([refused.status, refused.body]).toEqual([400, { namespace: ['Namespace permission denied'] }]);
    const { reference } = await pushImage(lead, `name=disk&namespace=${name}/deep@${team}`);
    expect(reference).toBe(`${team}/${name}/deep/disk:latest`);
  });

  it('are pushed into and read by members, who can neither delete nor share', async () => {
    const root = await newRoot();
    const { id, reference, bytes } = await pushImage(member, `name=disk&namespace=${root}@${team}`);
    const path = `/images/${encodeURIComponent(reference)}`;
    expect((await member.get(path)).body).toMatchObject({
      id,
      user: { username: team },
      author: { username: member.username },
    });
    expect(await member.pull(`${path}/file`)).toEqual(bytes);
    const refused = [
      await member.delete(path),
      await member.patch(path, { visibility: 'public' }),
      await member.delete(`/n/${team}/${root}`),
      await member.patch(`/n/${team}/${root}`, { visibility: 'public' }),
      await member.post(`/n/${team}/${root}/-/invites`, { handle: stranger.username }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect((await stranger.get(path)).status).toBe(404);
    expect((await lead.delete(path)).status).toBe(204);
  });

  it('are in the lists of members, and of nobody else', async () => {
    const root = await newRoot();
    const { id } = await pushImage(lead, `name=listed&namespace=${root}@${team}`);
    for (const client of [lead, member]) {
      const namespaces = await client.get(`/namespaces?search=${root}`);
      expect(namespaces.body).toEqual([expect.objectContaining({ path: root })]);
      expect((await client.get('/images?search=listed')).body).toEqual([expect.objectContaining({ id })]);
    }
    expect((await stranger.get('/namespaces')).body).toEqual([]);
    expect((await stranger.get('/images?search=listed')).body).toEqual([]);
  });

  it('are shared by its leads', async () => {
    const root = await newRoot();
    const guest = await newUser(api.admin);
    const invited = await lead.post(`/n/${team}/${root}/-/invites`, { handle: guest.username, role: 'reader' });
    expect(invited.status).toBe(201);
    const { id } = invited.body as { id: number };
    expect((await guest.patch(`/invites/${id}`, {})).status).toBe(200);
    expect((await guest.get(`/n/${team}/${root}`)).status).toBe(200);
  });

  it('outlive its people, and keep the team from being deleted', async () => {
    const root = await newRoot();
    const author = await newMember(api.admin, team, 'member');
    const { id } = await pushImage(author, `name=kept&namespace=${root}@${team}`);
    expect((await api.admin.delete(`/users/${author.username}`)).status).toBe(204);
    expect((await member.get(`/images/${id}`)).status).toBe(200);
    const { status, body } = await lead.delete(`/teams/${team}`);
    expect(status).toBe(409);
    expect(body).toEqual({
      message: expect.stringMatching(/^The team still owns [1-9]\d* images, [1-9]\d* namespaces/),
    });
  });
});

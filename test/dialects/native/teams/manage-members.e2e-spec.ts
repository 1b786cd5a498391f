import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import { newMember, newTeam, putMember } from '../../../support/teams.js';

const LAST_LEAD = {
  message: 'This is the last lead of the team; make another member lead first, or ask an operator',
};

const memberBody = ({ username }: TestUser, role: string): object => ({
  id: expect.any(Number),
  username,
  email: `${username}@x.test`,
  created_at: expect.stringMatching(TIME),
  role,
  joined_at: expect.stringMatching(TIME),
});

describe('the members of a team', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let member: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    member = await newMember(api.admin, team, 'member');
  });
  afterAll(() => api.close());

  const path = (username: string): string => `/teams/${team}/members/${username}`;

  it('are listed by name to whoever sees the team, in pages', async () => {
    const all = [memberBody(lead, 'lead'), memberBody(member, 'member')];
    expect((await member.get(`/teams/${team}/members`)).body).toEqual(all);
    const page = await member.get(`/teams/${team}/members?limit=1`);
    expect(page.body).toEqual([all[0]]);
    expect(page.headers.get('link')).toContain('rel="next"');
    const empty = await newTeam(api.admin);
    expect((await api.admin.get(`/teams/${empty}/members`)).body).toEqual([]);
    const unseen = await member.get(`/teams/${empty}/members`);
    expect([unseen.status, unseen.body]).toEqual([404, { message: 'Not Found' }]);
  });

  it('are put in by leads, and given another role', async () => {
    const user = await newUser(api.admin);
    for (const role of ['member', 'lead', 'lead', 'member']) {
      const { status, body } = await putMember(lead, team, user.username, role);
      expect([status, body]).toEqual([200, memberBody(user, role)]);
    }
    expect((await user.get(`/teams/${team}`)).body).toMatchObject({ members: 3, role: 'member' });
  });

  it('are put in by leads of the parent, too', async () => {
    const below = await newTeam(api.admin, team);
    expect((await putMember(lead, below, member.username, 'lead')).status).toBe(200);
    expect((await putMember(member, team, member.username, 'lead')).status).toBe(403);
  });

  it('are neither put in nor taken out by members or strangers', async () => {
    const stranger = await newUser(api.admin);
    for (const [client, status] of [
      [member, 403],
      [stranger, 404],
    ] as const) {
      expect((await putMember(client, team, stranger.username, 'member')).status).toBe(status);
      expect((await client.delete(path(lead.username))).status).toBe(status);
    }
    expect((await lead.get(`/teams/${team}`)).body).toMatchObject({ members: 2 });
  });

  it('are users, and never teams or nobody', async () => {
    for (const name of [team, await newTeam(api.admin), 'nobody']) {
      expect((await putMember(api.admin, team, name, 'member')).status).toBe(404);
    }
    const { status, body } = await putMember(lead, team, member.username, 'owner');
    expect([status, body]).toEqual([400, { role: ['Role must be one of the following values: member, lead'] }]);
  });

  it('leave by themselves, and are out at once', async () => {
    expect((await member.delete(path(member.username.toUpperCase()))).status).toBe(204);
    expect((await member.get(`/teams/${team}`)).status).toBe(404);
    expect((await lead.delete(path(member.username))).status).toBe(404);
  });

  it('keep a last lead, whom only an operator takes away', async () => {
    for (const answer of [
      await lead.delete(path(lead.username)),
      await putMember(lead, team, lead.username, 'member'),
    ]) {
      expect([answer.status, answer.body]).toEqual([409, LAST_LEAD]);
    }
    expect((await putMember(api.admin, team, lead.username, 'member')).status).toBe(200);
    expect((await putMember(lead, team, lead.username, 'lead')).status).toBe(403);
  });

  it('keep one of two leads who leave at the same moment', async () => {
    await putMember(lead, team, member.username, 'lead');
    const answers = await Promise.all([lead.delete(path(lead.username)), member.delete(path(member.username))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });
});

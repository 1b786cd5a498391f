import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser, unique } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import { newMember, newTeam } from '../../../support/teams.js';

const NAME_RULE = 'Name must be 3 to 30 letters, digits, dots or dashes, and begin with a letter or digit';
const NOT_FOUND = { message: 'Not Found' };
const LEADS_ONLY = { message: 'You can see this team, but only its leads and those of its parent may do this' };

const teamBody = (name: string, changes: object = {}): object => ({
  id: expect.any(Number),
  name,
  description: '',
  parent: null,
  members: 0,
  role: null,
  created_at: expect.stringMatching(TIME),
  updated_at: expect.stringMatching(TIME),
  ...changes,
});

describe('teams', () => {
  let api: TestApi;
  let parent: string;
  let child: string;
  let parentLead: TestUser;
  let childLead: TestUser;
  let childMember: TestUser;
  let stranger: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    parent = await newTeam(api.admin);
    child = await newTeam(api.admin, parent);
    parentLead = await newMember(api.admin, parent, 'lead');
    childLead = await newMember(api.admin, child, 'lead');
    childMember = await newMember(api.admin, child, 'member');
    stranger = await newUser(api.admin);
  });
  afterAll(() => api.close());

  it('are made by operators, with nobody in them', async () => {
    const name = unique('Made.');
    const { status, headers, body } = await api.admin.post('/teams', { name, description: 'builds' });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${api.url}/teams/${name}`);
    expect(body).toEqual(teamBody(name, { description: 'builds' }));
    expect((await api.admin.get(`/teams/${name.toUpperCase()}`)).body).toEqual(body);
  });

  it('are made below a team by its leads, and by nobody else', async () => {
    const name = unique('below');
    expect((await parentLead.post('/teams', { name, parent })).body).toEqual(teamBody(name, { parent }));
    const own = await stranger.post('/teams', { name: unique('own') });
    expect([own.status, own.body]).toEqual([
      403,
      { message: 'A team without a parent is for those to make who hold team:write everywhere' },
    ]);
    const seen = await childMember.post('/teams', { name: unique('under'), parent });
    expect([seen.status, seen.body]).toEqual([403, LEADS_ONLY]);
    const unseen = await stranger.post('/teams', { name: unique('under'), parent });
    expect([unseen.status, unseen.body]).toEqual([400, { parent: ['Could not find parent'] }]);
  });

  it.each([
    ['a bad name', () => ({ name: 'a/b' }), { name: [NAME_RULE] }],
    ['the name of a team', () => ({ name: parent.toUpperCase() }), { name: ['Name already exists'] }],
    ['the name of a user', () => ({ name: stranger.username }), { name: ['Name already exists'] }],
    ['no name', () => ({}), { name: ['Name must be a string'] }],
    [
      'a long description',
      () => ({ name: 'long', description: 'x'.repeat(256) }),
      { description: ['Description cannot be longer than 255 characters in length'] },
    ],
    ['an unknown parent', () => ({ name: 'orphan', parent: 'nowhere' }), { parent: ['Could not find parent'] }],
    [
      'a second level of nesting',
      () => ({ name: 'grandchild', parent: child }),
      { parent: ['A team that has a parent cannot have children'] },
    ],
  ])('refuse %s, and leave nothing of it', async (_, input, problems) => {
    const before = (await api.admin.get('/teams?limit=100')).body;
    const { status, body } = await api.admin.post('/teams', input());
    expect([status, body]).toEqual([400, problems]);
    expect((await api.admin.get('/teams?limit=100')).body).toEqual(before);
  });

  it('take their name away from users', async () => {
    const { status, body } = await api.admin.post('/users', { username: parent, email: 'new@x.test' });
    expect([status, body]).toEqual([400, { username: ['Username already exists'] }]);
  });

  it('show themselves to their own, those of their parent and children, and to nobody else', async () => {
    for (const client of [parentLead, childLead, childMember, api.admin]) {
      expect((await client.get(`/teams/${parent}`)).status).toBe(200);
      expect((await client.get(`/teams/${child}`)).status).toBe(200);
    }
    for (const call of [
      stranger.get(`/teams/${child}`),
      stranger.patch(`/teams/${child}`, { description: 'x' }),
      stranger.delete(`/teams/${child}`),
      stranger.get('/teams/nowhere'),
    ]) {
      const { status, body } = await call;
      expect([status, body]).toEqual([404, NOT_FOUND]);
    }
  });

  it('list those that the caller sees, in pages, by name', async () => {
    const names = async (client: TestUser, query = ''): Promise<string[]> =>
      ((await client.get(`/teams?limit=100${query}`)).body as { name: string }[]).map(({ name }) => name);
    expect(await names(childMember)).toEqual([parent, child].sort());
    expect(await names(stranger)).toEqual([]);
    expect(await names(parentLead, `&search=${child.toUpperCase()}`)).toContain(child);
    const page = await childMember.get('/teams?limit=1&page=2');
    expect(page.body).toEqual([expect.objectContaining({ name: [parent, child].sort()[1] })]);
    expect(page.headers.get('link')).toBe(
      `<${api.url}/teams?limit=1&page=1>; rel="first", <${api.url}/teams?limit=1&page=1>; rel="prev"`,
    );
  });

  it('are changed by their leads and those of their parent, and not by members', async () => {
    const member = await childMember.patch(`/teams/${child}`, { description: 'mine' });
    expect([member.status, member.body]).toEqual([403, LEADS_ONLY]);
    for (const lead of [childLead, parentLead]) {
      const { status, body } = await lead.patch(`/teams/${child}`, { description: lead.username });
      expect(status).toBe(200);
      expect(body).toMatchObject({ name: child, description: lead.username });
    }
    expect((await childLead.patch(`/teams/${parent}`, { description: 'x' })).status).toBe(403);
  });

  it('change their name, which then is free', async () => {
    const [before, after] = [await newTeam(api.admin), unique('renamed')];
    expect((await api.admin.patch(`/teams/${before}`, { name: after })).body).toEqual(teamBody(after));
    expect((await api.admin.get(`/teams/${before}`)).status).toBe(404);
    const taken = await api.admin.patch(`/teams/${after}`, { name: parent });
    expect([taken.status, taken.body]).toEqual([400, { name: ['Name already exists'] }]);
    expect((await api.admin.post('/teams', { name: before })).status).toBe(201);
  });

  it('move below another team and away again, and never into themselves or deeper than one level', async () => {
    const [mover, other] = [await newTeam(api.admin), await newTeam(api.admin)];
    const move = async (team: string, to: string | null): Promise<unknown> =>
      (await api.admin.patch(`/teams/${team}`, { parent: to })).body;
    expect(await move(mover, mover)).toEqual({ parent: ['A team cannot be its own parent'] });
    expect(await move(parent, other)).toEqual({ parent: ['A team that has children cannot have a parent'] });
    expect(await move(mover, child)).toEqual({ parent: ['A team that has a parent cannot have children'] });
    expect(await move(mover, other)).toMatchObject({ parent: other });
    expect(await move(other, mover)).toEqual({ parent: ['A team that has a parent cannot have children'] });
    expect((await childLead.patch(`/teams/${child}`, { parent: null })).status).toBe(403);
    expect(await move(mover, null)).toMatchObject({ parent: null });
  });

  it('never end in a cycle when two requests race for it', async () => {
    const [a, b] = [await newTeam(api.admin), await newTeam(api.admin)];
    const answers = await Promise.all([
      api.admin.patch(`/teams/${a}`, { parent: b }),
      api.admin.patch(`/teams/${b}`, { parent: a }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it('are deleted by leads once they have nothing, and say until then what they have', async () => {
    const team = await newTeam(api.admin);
    const lead = await newMember(api.admin, team, 'lead');
    const below = await newTeam(api.admin, team);
    const full = await lead.delete(`/teams/${team}`);
    expect([full.status, full.body]).toEqual([
      409,
      {
        message:
          'The team still owns 0 images, 0 namespaces and 0 service accounts, and is parent of 1 teams; delete or transfer them first',
      },
    ]);
    expect((await lead.delete(`/teams/${below}`)).status).toBe(204);
    expect((await lead.delete(`/teams/${team}`)).status).toBe(204);
    expect((await lead.get('/teams')).body).toEqual([]);
    expect((await api.admin.post('/teams', { name: team })).status).toBe(201);
    expect((await lead.get(`/teams/${team}`)).status).toBe(404);
  });

  it('are nobody who could sign in, or be found among users', async () => {
    const minted = await api.admin.post('/tokens', { name: 'x', scopes: ['image:read'], user: parent });
    const found = [minted, await api.admin.get(`/users/${parent}`), await api.admin.get(`/tokens?user=${parent}`)];
    expect(found.map(({ status, body }) => [status, body])).toEqual(found.map(() => [404, NOT_FOUND]));
    expect((await api.admin.patch(`/users/${parent}`, { password: 'long enough' })).status).toBe(404);
    expect((await api.admin.delete(`/users/${parent}`)).status).toBe(404);
    expect((await api.admin.get(`/users?search=${parent}`)).body).toEqual([]);
    await stranger.post('/namespaces', { name: 'tree' });
    const invited = await stranger.post(`/n/${stranger.username}/tree/-/invites`, { handle: parent });
    expect([invited.status, invited.body]).toEqual([400, { message: 'No such user' }]);
  });
});

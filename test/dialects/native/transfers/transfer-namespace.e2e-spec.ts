import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { beginPush } from '../../../support/begun-push.js';
import {
  collaborate,
  distinctImage,
  newTree,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';
import { newMember, newTeam } from '../../../support/teams.js';

/** Who transfers which of the member’s trees, and to whom. */
type Attempt = readonly [TestUser, string, string];

describe('POST /n/:owner/*path/-/transfer', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let member: TestUser;
  let guest: TestUser;
  let stranger: TestUser;
  let otherTeam: string;
  const roots = { member: unique('rooted') };
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
    member = await newMember(api.admin, team, 'member');
    guest = await newUser(api.admin);
    stranger = await newUser(api.admin);
    otherTeam = await newTeam(api.admin);
    await newTree(member, `${roots.member}/below`);
    await collaborate(member, roots.member, guest, 'maintainer');
  });
  afterAll(() => api.close());

  const transfer = (client: NativeClient, from: string, path: string, to: string): Promise<Answer> =>
    client.post(`/n/${from}/${path}/-/transfer`, { to });

  /** Images and namespaces that say they belong to different accounts, or to another root than they are below. */
  const torn = (): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(
      `SELECT i.id FROM images i JOIN namespaces n ON n.id = i.namespace_id JOIN namespaces r ON r.id = n.root_id
       WHERE i.user_id <> n.user_id OR n.user_id <> r.user_id OR i.root_namespace_id <> r.id`,
    );

  it('gives a tree with all in it to a team of the caller’s, and keeps the roles on it', async () => {
    const root = unique('tree');
    await newTree(member, `${root}/below`);
    await collaborate(member, root, guest, 'reader');
    const { id } = await pushImage(member, `name=disk&namespace=${root}/below`);
    const { status, body } = await transfer(member, member.username, root, team);
    expect(status).toBe(200);
    expect(body).toMatchObject({ path: root, user: { username: team } });
    for (const client of [lead, member, guest]) {
      expect((await client.get(`/images/${id}`)).body).toMatchObject({
        user: { username: team },
        author: { username: member.username },
        namespace: { path: `${root}/below` },
      });
      expect((await client.get(`/n/${member.username}/${root}`)).status).toBe(404);
    }
    expect((await member.delete(`/images/${id}`)).status).toBe(403);
    expect((await lead.delete(`/images/${id}`)).status).toBe(204);
    expect(await torn()).toEqual([]);
  });

  it('gives a team’s tree to the lead who asks, or by an operator to anybody', async () => {
    const root = unique('tree');
    await lead.post('/namespaces', { name: root, owner: team });
    expect((await transfer(lead, team, root, lead.username)).body).toMatchObject({ user: { username: lead.username } });
    expect((await transfer(api.admin, lead.username, root, guest.username)).status).toBe(200);
    expect((await guest.get(`/n/${guest.username}/${root}`)).status).toBe(200);
    expect((await lead.get(`/n/${guest.username}/${root}`)).status).toBe(404);
  });

  it('takes back the open invites of the former owner', async () => {
    const root = unique('tree');
    await newTree(member, root);
    await member.post(`/n/${member.username}/${root}/-/invites`, { handle: guest.username });
    await transfer(member, member.username, root, team);
    expect((await guest.get('/invites')).body).toEqual([]);
  });

  it.each([
    [
      'a node below a root',
      (): Attempt => [member, `${roots.member}/below`, team],
      400,
      'Only a root namespace can be transferred; everything below goes with it',
    ],
    [
      'a tree of somebody else’s, seen',
      (): Attempt => [guest, roots.member, guest.username],
      403,
      'You can see this namespace, but only its owner may transfer it',
    ],
    [
      'a gift to another user',
      (): Attempt => [member, roots.member, guest.username],
      403,
      'You can transfer to yourself and to teams you are in; ask an operator for the rest',
    ],
    ['a tree that is not seen', (): Attempt => [stranger, roots.member, stranger.username], 404, 'Not Found'],
  ] as const)('refuses %s', async (_, call, status, message) => {
    const [client, path, to] = call();
    const answer = await transfer(client, member.username, path, to);
    expect([answer.status, answer.body]).toEqual([status, { message }]);
  });

  it.each([
    ['nobody', () => 'nobody', 'No such user or team'],
    ['a team the caller is not in', () => otherTeam, 'No such user or team'],
    ['its owner', () => member.username, 'It belongs to them already'],
  ])('refuses %s as receiver', async (_, to, problem) => {
    const answer = await transfer(member, member.username, roots.member, to());
    expect([answer.status, answer.body]).toEqual([400, { to: [problem] }]);
  });

  it('changes nothing where the receiver has such a namespace, and names what clashes', async () => {
    const root = unique('twice');
    await newTree(member, `${root}/below`);
    await pushImage(member, `name=disk&namespace=${root}/below`);
    await lead.post('/namespaces', { name: root.toUpperCase(), owner: team });
    const { status, body } = await transfer(member, member.username, root, team);
    expect(status).toBe(409);
    expect(body).toEqual({
      message: `The receiver has these already; nothing was transferred: ${team}/${root.toUpperCase()}`,
    });
    expect((await member.get(`/n/${member.username}/${root}/below`)).status).toBe(200);
    expect(await torn()).toEqual([]);
  });

  it('refuses while a push into the tree is under way, and says which', async () => {
    const root = unique('busy');
    await newTree(member, root);
    const push = await beginPush(member, `name=coming&namespace=${root}/new`, distinctImage('busy'));
    const { status, body } = await transfer(member, member.username, root, team);
    expect(status).toBe(409);
    expect(body).toEqual({
      message:
        'Images are on their way into it; try again when they have arrived: ' +
        `${member.username}/${root}/new/coming:latest`,
    });
    expect((await push.finish()).status).toBe(201);
    expect((await transfer(member, member.username, root, team)).status).toBe(200);
  });

  it('leaves no image behind however pushes, edits and transfers race', async () => {
    const root = unique('raced');
    await newTree(lead, root);
    const back = (from: string, to: string): Promise<Answer> => transfer(lead, from, root, to);
    const work = Array.from({ length: 8 }, async (_, index) => {
      await lead.push(`name=own${index}&namespace=${root}/x${index % 3}@${lead.username}`, distinctImage(`a${index}`));
      await lead.push(`name=team${index}&namespace=${root}/x${index % 3}@${team}`, distinctImage(`b${index}`));
      await lead.patch(`/images/${encodeURIComponent(`${team}/${root}/x${index % 3}/team${index}`)}`, {
        namespace: null,
      });
    });
    const moves = (async () => {
      for (let round = 0; round < 10; round++) {
        await back(lead.username, team);
        await back(team, lead.username);
      }
    })();
    await Promise.all([...work, moves]);
    expect(await torn()).toEqual([]);
  });
});

import { SCOPES } from '#kernel';
import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  distinctImage,
  expectStatus,
  mintToken,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import { type Answer, NativeClient } from '../../../support/native-client.js';
import { newServiceAccount } from '../../../support/service-accounts.js';
import { newMember, newTeam, putMember } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

interface Robot {
  readonly username: string;
  readonly client: NativeClient;
}

describe('a service account of a team or a namespace owns nothing', () => {
  let api: TestApi;
  let team: string;
  let lead: TestUser;
  let alice: TestUser;
  let robots: Readonly<Record<'team' | 'namespace', Robot>>;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    [lead, alice] = [await newMember(api.admin, team, 'lead'), await newUser(api.admin, 'alice')];
    await newNamespace(alice, 'ci');
    const ofTeam = unique('robot');
    const input = { username: ofTeam, email: `${ofTeam}@x.test`, kind: 'service', team };
    expectStatus(await lead.post('/users', input), 201);
    robots = {
      team: await called(ofTeam),
      namespace: await called(await newServiceAccount(alice, 'ci')),
    };
  });
  afterAll(() => api.close());

  const called = async (username: string): Promise<Robot> => ({
    username,
    client: new NativeClient(api.url, await mintToken(api.admin, SCOPES, username)),
  });
  const query = (sql: string, ...values: unknown[]): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(sql, values);
  const refusalOf = ({ username }: Robot): object => ({
    status: 403,
    body: {
      message:
        `${username} is a service account of a team or a namespace and can own nothing; ` +
        'name a namespace of somebody else that it has a role on',
    },
  });
  const push = (client: NativeClient, to: string): Promise<Answer> =>
    client.push(`name=disk${to}`, distinctImage(unique('refused')));
  /** As accounts may have, from when they could. */
  const giveTree = (path: string, robot: Robot): Promise<object[]> =>
    query(
      `UPDATE namespaces SET user_id = (SELECT id FROM users WHERE username = $2) WHERE path = $1`,
      path,
      robot.username,
    );
  const KINDS = ['team', 'namespace'] as const;

  it.each(KINDS)('pushes no image of its own: %s', async (kind) => {
    const robot = robots[kind];
    for (const to of ['', '&namespace=mine', `&namespace=mine/below@${robot.username}`]) {
      const answer = await changingNothing(api, () => push(robot.client, to));
      expect(answer).toMatchObject(refusalOf(robot));
    }
  });

  it.each(KINDS)('has none fetched from a URL: %s', async (kind) => {
    const robot = robots[kind];
    const image = { name: 'disk', download_url: 'https://images.example.com/disk.qcow2' };
    for (const namespace of [undefined, 'mine']) {
      const answer = await changingNothing(api, () => robot.client.post('/images', { ...image, namespace }));
      expect(answer).toMatchObject(refusalOf(robot));
    }
  });

  it.each(KINDS)('makes no namespace of its own, nor does anybody for it: %s', async (kind) => {
    const robot = robots[kind];
    for (const [client, owner] of [
      [robot.client, undefined],
      [robot.client, robot.username],
      [api.admin, robot.username],
    ] as const) {
      const answer = await changingNothing(api, () => client.post('/namespaces', { name: 'mine', owner }));
      expect(answer).toMatchObject(refusalOf(robot));
    }
  });

  it.each(KINDS)('gets nothing by transfers: %s', async (kind) => {
    const robot = robots[kind];
    const tree = unique('tree');
    await newNamespace(alice, tree);
    const { id } = await pushImage(alice, `name=${unique('disk')}`);
    for (const path of [`/n/alice/${tree}/-/transfer`, `/images/${id}/transfer`]) {
      const give = (client: NativeClient) => (): Promise<Answer> => client.post(path, { to: robot.username });
      expect(await changingNothing(api, give(api.admin))).toMatchObject({
        status: 400,
        body: { to: ['A service account of a team or a namespace can own nothing'] },
      });
      expect(await changingNothing(api, give(alice))).toMatchObject({
        status: 403,
        body: { message: 'You can transfer to yourself and to teams you are in; ask an operator for the rest' },
      });
    }
  });

  it('gives itself nothing of a team that it leads, and makes namespaces and images for that', async () => {
    const robot = robots.team;
    expectStatus(await putMember(api.admin, team, robot.username, 'lead'), 200);
    expectStatus(await robot.client.post('/namespaces', { name: 'ours', owner: team }), 201);
    const { id } = await pushImage(robot.client, `name=built&namespace=ours@${team}`);
    for (const path of [`/n/${team}/ours/-/transfer`, `/images/${id}/transfer`]) {
      const answer = await changingNothing(api, () => robot.client.post(path, { to: robot.username }));
      expect(answer).toMatchObject(refusalOf(robot));
    }
    expectStatus(await putMember(api.admin, team, robot.username, 'member'), 200);
  });

  it.each(KINDS)('pushes where it has a role; the image is the owner’s, and it the author: %s', async (kind) => {
    const { username, client } = robots[kind];
    expectStatus(await alice.post('/bindings', { role: 'writer', subject: { user: username }, namespace: 'ci' }), 201);
    const name = unique('disk');
    const { id } = await pushImage(client, `name=${name}&namespace=ci/${kind}@alice`);
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({
      reference: `alice/ci/${kind}/${name}:latest`,
      user: { username: 'alice' },
      author: { username },
    });
  });

  it('keeps what it has from before, may give it away, and nobody adds to it', async () => {
    const robot = await called(await newServiceAccount(alice, 'ci'));
    const [tree, name] = [unique('old'), unique('disk')];
    await newNamespace(alice, tree);
    const { id } = await pushImage(alice, `name=${name}`);
    await giveTree(tree, robot);
    await query(
      'UPDATE images SET user_id = (SELECT id FROM users WHERE username = $2) WHERE id = $1',
      id,
      robot.username,
    );

    expect((await robot.client.get('/images')).body).toMatchObject([{ id, namespace: null }]);
    const additions = [
      () => push(robot.client, `&namespace=${tree}`),
      () => robot.client.post('/namespaces', { name: 'below', parent: tree }),
      () => robot.client.patch(`/images/${id}`, { namespace: `${tree}/new` }),
      () => push(api.admin, `&namespace=${tree}@${robot.username}`),
      () => api.admin.post('/namespaces', { name: 'below', parent: tree, owner: robot.username }),
    ];
    for (const add of additions) expect(await changingNothing(api, add)).toMatchObject(refusalOf(robot));

    expectStatus(await robot.client.patch(`/images/${id}`, { description: 'Its own' }), 200);
    expectStatus(await api.admin.post(`/n/${robot.username}/${tree}/-/transfer`, { to: 'alice' }), 200);
    expectStatus(await robot.client.delete(`/images/${id}`), 204);
  });

  it('is the rule for no other: persons, and service accounts of nobody, own what they make', async () => {
    const username = unique('robot');
    expectStatus(await api.admin.post('/users', { username, email: `${username}@x.test`, kind: 'service' }), 201);
    const client = new NativeClient(api.url, await mintToken(api.admin, SCOPES, username));
    await newNamespace(client, 'mine');
    const { id } = await pushImage(client, 'name=disk');
    expect((await client.get(`/images/${id}`)).body).toMatchObject({ user: { username }, author: { username } });
  });
});

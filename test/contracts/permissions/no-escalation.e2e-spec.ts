import fc from 'fast-check';
import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser } from '../../support/builders.js';
import type { Answer } from '../../support/native-client.js';
import { GrantModel, type ModelGrant, NODES, type Right, RIGHTS, type Spot } from './grant-model.js';

const OWNER = 0;
const ROLES = ['one', 'two', 'three'] as const;

interface Step {
  readonly what: 'bind' | 'unbind' | 'edit' | 'join' | 'disable' | 'enable' | 'mint';
  readonly by: number;
  readonly choice: number;
  readonly subject: number;
  readonly spot: Spot;
  readonly role: string;
  readonly scopes: readonly Right[];
}

const SPOT: fc.Arbitrary<Spot> = fc.record({ node: fc.constantFrom(...NODES), image: fc.boolean() });
const SCOPES = fc.uniqueArray(fc.constantFrom(...RIGHTS), { minLength: 1 });
const STEP: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    ...(['bind', 'bind', 'bind', 'bind', 'unbind', 'edit', 'join', 'disable', 'enable', 'mint'] as const),
  ),
  by: fc.nat(3),
  choice: fc.nat(50),
  subject: fc.nat(4),
  spot: SPOT,
  role: fc.constantFrom(...ROLES),
  scopes: SCOPES,
});

describe('whatever users grant, take back, change and mint', () => {
  let api: TestApi;
  let database: Database;
  let members: TestUser[];
  let team: number;
  const images = new Map<string, number>();
  const roles = new Map<string, { id: number; version: number }>();

  beforeAll(async () => {
    api = await startTestApi();
    database = api.app.get(Database, { strict: false });
    members = [];
    for (const name of ['owner', 'ann', 'ben', 'cat']) members.push(await newUser(api.admin, name));
    await newTree(member(OWNER), 'root/left/leaf');
    expectStatus(await member(OWNER).post('/namespaces', { name: 'right', parent: 'root' }), 201);
    for (const node of NODES) images.set(node, (await pushImage(member(OWNER), `name=disk&namespace=${node}`)).id);
    const [row] = await database.query<{ id: number }>(
      `INSERT INTO users (username, email, kind) VALUES ('crew', 'crew', 'team') RETURNING id`,
    );
    team = row?.id ?? 0;
    await database.query('INSERT INTO teams (id) VALUES ($1)', [team]);
  });
  afterAll(() => api.close());

  function member(index: number): TestUser {
    const found = members[index];
    if (!found) throw new Error(`there is no member ${index}`);
    return found;
  }

  async function startAfresh(scopes: readonly (readonly Right[])[]): Promise<GrantModel> {
    await database.query('DELETE FROM bindings');
    await database.query('DELETE FROM roles WHERE NOT built_in');
    await database.query('DELETE FROM team_members');
    await database.query('UPDATE users SET disabled_at = NULL');
    const model = new GrantModel(OWNER);
    for (const [index, name] of ROLES.entries()) {
      const input = { name, scopes: scopes[index], namespace: 'root' };
      roles.set(
        name,
        expectStatus(await member(OWNER).post('/roles', input), 201).body as { id: number; version: number },
      );
      model.roles.set(name, scopes[index] ?? []);
    }
    return model;
  }

  const targetOf = ({ node, image }: Spot): object =>
    image ? { image: images.get(node) } : { namespace: `${node}@owner` };

  const subjectOf = (subject: ModelGrant['subject']): object =>
    subject === 'team' ? { team: 'crew' } : { user: member(subject).username };

  const acts: Record<Step['what'], (model: GrantModel, step: Step) => Promise<void>> = {
    bind: async (model, { by, role, subject: index, spot: on }) => {
      const subject = index === 4 ? 'team' : index;
      const expected = model.bind(by, role, subject, on);
      const input = { role, subject: subjectOf(subject), ...targetOf(on) };
      const answer = expectStatus(await member(by).post('/bindings', input), expected);
      if (expected === 201) model.grants.add({ id: idOf(answer), subject, role, on });
    },
    unbind: async (model, { by, choice }) => {
      const grant = [...model.grants][choice % Math.max(model.grants.size, 1)];
      if (!grant) return;
      const expected = model.unbind(by, grant);
      expectStatus(await member(by).delete(`/bindings/${grant.id}`), expected);
      if (expected === 204) model.grants.delete(grant);
    },
    edit: async (model, { by, role, scopes }) => {
      const known = roles.get(role);
      if (!known) return;
      const expected = model.edit(by, role, scopes);
      const answer = await member(by).patch(`/roles/${known.id}`, { scopes, version: known.version });
      expectStatus(answer, expected);
      if (expected !== 200) return;
      roles.set(role, answer.body as { id: number; version: number });
      model.roles.set(role, scopes);
    },
    join: async (model, { by }) => {
      await database.query(
        `INSERT INTO team_members (team_id, user_id, role) SELECT $1, id, 'member' FROM users WHERE username = $2
         ON CONFLICT DO NOTHING`,
        [team, member(by).username],
      );
      model.team.add(by);
    },
    disable: async (model, { by }) => {
      expectStatus(await api.admin.patch(`/users/${member(by).username}`, { disabled: true }), 200);
      model.disabled.add(by);
    },
    enable: async (model, { by }) => {
      expectStatus(await api.admin.patch(`/users/${member(by).username}`, { disabled: false }), 200);
      model.disabled.delete(by);
    },
    mint: async (model, { by, subject }) => {
      const user = member(subject % members.length);
      const own = user === member(by);
      const answer = await member(by).post('/tokens', { name: 'x', scopes: ['image:read'], user: user.username });
      expectStatus(answer, model.disabled.has(by) ? 401 : own ? 201 : 403);
    },
  };

  /** What the api says of everybody's rights on everything must be what the model says. */
  async function checkRights(model: GrantModel): Promise<void> {
    for (const node of NODES) {
      const { body } = await api.admin.get(`/images/${images.get(node)}/access`);
      const found = body as { user: string; scopes: string[] }[];
      for (const [index, { username }] of members.entries()) {
        const expected = RIGHTS.filter(
          (right) => right.startsWith('image:') && model.may(index, right, { node, image: true }),
        );
        const scopes = found.find(({ user }) => user === username)?.scopes ?? [];
        expect({ node, username, scopes }).toEqual({ node, username, scopes: expected });
      }
    }
  }

  async function checkOne(
    model: GrantModel,
    { by, spot, scopes: [right = 'image:read'], choice }: Step,
  ): Promise<void> {
    const asked = choice % members.length;
    const target = spot.image ? `image:${images.get(spot.node)}` : `namespace:${spot.node}@owner`;
    const path = `/access?user=${member(asked).username}&scope=${right}&target=${target}`;
    const { body } = expectStatus(await api.admin.get(path), 200);
    expect({ right, spot, body }).toMatchObject({ right, spot, body: { allowed: model.may(asked, right, spot) } });
    const read = (await member(by).get(`/images/${images.get(spot.node)}`)).status;
    const mayRead = model.may(by, 'image:read', { node: spot.node, image: true });
    expect({ by, spot, read }).toEqual({ by, spot, read: model.disabled.has(by) ? 401 : mayRead ? 200 : 404 });
  }

  it('nobody ever holds more than a plain model of the rules gives them, and explanations say so', async () => {
    const world = fc.tuple(
      fc.array(SCOPES, { minLength: 3, maxLength: 3 }),
      fc.array(STEP, { minLength: 30, maxLength: 60, size: 'max' }),
    );
    // As many worlds as there is time for. Each ends by itself: one that fast-check gives up would go on while the api closes.
    const endMs = performance.now() + 15_000;
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(world, async ([scopes, steps]) => {
        if (performance.now() > endMs) return;
        worlds += 1;
        const model = await startAfresh(scopes);
        for (const step of steps) {
          await acts[step.what](model, step);
          await checkOne(model, step);
        }
        await checkRights(model);
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(worlds).toBeGreaterThan(0);
  }, 60_000);
});

const idOf = ({ body }: Answer): number => (body as { id: number }).id;

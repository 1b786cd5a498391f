import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser, unique } from '../support/builders.js';
import { idOfReference } from '../support/chutes-body.js';
import type { NativeClient } from '../support/native-client.js';
import { SeededRandom } from '../support/seeded-random.js';

const STEPS = 120;

interface Row {
  readonly reference: string;
  readonly ids: readonly string[];
}

describe('the ids that clients derive from references', () => {
  let api: TestApi;
  let users: [TestUser, TestUser];
  let random: SeededRandom;
  beforeAll(async () => {
    api = await startTestApi();
    users = [await newUser(api.admin, 'Ann'), await newUser(api.admin, 'ben')];
    for (const user of users) await newTree(user, 'Team/sub');
    random = new SeededRandom(5);
  });
  afterAll(() => api.close());

  const rows = (): Promise<Row[]> =>
    api.app.get(Database, { strict: false }).query<Row>(
      `SELECT u.username || '/' || coalesce(n.path || '/', '') || i.name || ':' || i.tag AS reference, i.derived_ids AS ids
       FROM images i JOIN users u ON u.id = i.user_id LEFT JOIN namespaces n ON n.id = i.namespace_id ORDER BY i.id`,
    );

  async function expectTrue(): Promise<void> {
    const found = await rows();
    expect(found.map(({ ids }) => ids)).toEqual(
      found.map(({ reference }) => ['', ':gpu', ':cpu'].map((kind) => idOfReference(reference + kind))),
    );
  }

  it('stay true to the formula, whatever changes a reference', async () => {
    const steps = stepsOf(users, random);
    let done = 0;
    for (let step = 0; step < STEPS; step++) {
      const [image] = step < 8 ? [] : [random.pick(await ownImages(users))];
      const { status } = await (image ? random.pick(steps.changes)(image) : steps.push());
      if (status < 300) done++;
      await expectTrue();
    }
    expect(done).toBeGreaterThan(STEPS / 2);
  }, 120_000);

  it('stay true where a team gets another name', async () => {
    expectStatus(await api.admin.post('/teams', { name: 'before' }), 201);
    const { id } = await pushImage(api.admin, 'name=of-the-team');
    expectStatus(await api.admin.post(`/images/${id}/transfer`, { to: 'before' }), 200);
    expect((await rows()).map(({ reference }) => reference)).toContain('before/of-the-team:latest');
    expectStatus(await api.admin.patch('/teams/before', { name: 'After' }), 200);
    expect((await rows()).map(({ reference }) => reference)).toContain('After/of-the-team:latest');
    await expectTrue();
  });

  it('stay true where a namespace would get another path', async () => {
    await pushImage(users[0], 'name=deep&namespace=Team/sub');
    await api.app
      .get(Database, { strict: false })
      .query(`UPDATE namespaces SET path = 'Team/other' WHERE path = 'Team/sub'`);
    expect((await rows()).map(({ reference }) => reference)).toContain('Ann/Team/other/deep:latest');
    await expectTrue();
  });
});

interface OwnImage {
  readonly id: number;
  readonly owner: TestUser;
}

async function ownImages(users: readonly TestUser[]): Promise<OwnImage[]> {
  const lists = await Promise.all(
    users.map(async (owner) =>
      ((await owner.get('/images?limit=100')).body as { id: number }[]).map(({ id }) => ({ id, owner })),
    ),
  );
  return lists.flat();
}

/** What can happen to images: the first makes one. */
function stepsOf(
  users: readonly TestUser[],
  random: SeededRandom,
): {
  push: () => Promise<{ status: number }>;
  changes: ((image: OwnImage) => ReturnType<NativeClient['get']>)[];
} {
  const other = (user: TestUser): TestUser => users.find((one) => one !== user) ?? user;
  const path = (image: OwnImage): string => `/images/${image.id}`;
  return {
    push: async () => {
      await pushImage(
        random.pick(users),
        `name=${unique('Image')}&namespace=${random.pick(['', 'Team', 'team/sub', 'New'])}`,
      );
      return { status: 201 };
    },
    changes: [
      (image) => image.owner.patch(path(image), { name: unique('Renamed') }),
      (image) => image.owner.patch(path(image), { tag: random.pick(['1.0', 'V2']) }),
      (image) => image.owner.patch(path(image), { namespace: random.pick(['Team', 'team/sub', null]) }),
      (image) => image.owner.patch(path(image), { description: 'the same reference' }),
      (image) => image.owner.post(`${path(image)}/transfer`, { to: other(image.owner).username }),
      (image) => image.owner.post(`/n/${image.owner.username}/new/-/transfer`, { to: other(image.owner).username }),
      (image) => image.owner.delete(`/n/${image.owner.username}/New`),
    ],
  };
}

import pg from 'pg';
import { imageListStatement } from '#domain/images';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { asCaller, explain, type ListCase, listCases, type PlanFacts } from '../support/list-plans.js';
import { seedRegistry } from '../support/registry-seed.js';

/** Lists must cost the same in a registry of any size. `npm run bench` asks the same of a million images, and for times. */
describe('the plans of image lists, among 50,000 images of 50 users', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const plans: (PlanFacts & { readonly title: string })[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url, options: '-c jit=off' });
    await client.connect();
    await seedRegistry(client, { images: 50_000, users: 50, hasHeavyUser: true });
    for (const each of await listCases(client)) plans.push({ title: each.title, ...(await planOf(each)) });
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('never reads all images to show some', () => {
    expect(plans.filter(({ seqScans }) => seqScans.includes('images'))).toEqual([]);
    expect(plans).toHaveLength(68);
  });

  it('sorts no more than a page of each set that the caller sees', async () => {
    const { rowCount: trees } = await client.query(
      "SELECT FROM bindings b JOIN users u ON u.id = b.subject_id WHERE u.username = 'user-0'",
    );
    const ownPublicAndTrees = 2 + (trees ?? 0);
    expect(plans.filter(({ sortedRows }) => sortedRows > ownPublicAndTrees * 26)).toEqual([]);
  });

  async function planOf({ caller, query }: ListCase): Promise<PlanFacts> {
    const { rows } = await client.query<{ id: number }>('SELECT id FROM users WHERE username = $1', [caller]);
    const statement = imageListStatement(asCaller(rows[0]?.id ?? 0), 'member', query);
    return explain(client, statement, query.filters.search === undefined);
  }
});

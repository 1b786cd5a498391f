import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { judgePlans, type JudgedPlan, listCases } from '../support/list-plans.js';
import { seedRegistry } from '../support/registry-seed.js';

/** Lists must cost the same in a registry of any size. `npm run bench` asks the same of a million images, and for times. */
describe('the plans of image lists, among 50,000 images of 50 users', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let plans: JudgedPlan[];

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url, options: '-c jit=off' });
    await client.connect();
    await seedRegistry(client, { images: 50_000, users: 50, hasHeavyUser: true });
    plans = await judgePlans(client, await listCases(client));
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('never reads all images to show some', () => {
    expect(plans.filter(({ seqScans }) => seqScans.includes('images'))).toEqual([]);
    expect(plans).toHaveLength(85);
  });

  it('sorts no more than a page of each set that the caller sees, or a row of each where they are many', () => {
    expect(plans.filter(({ sortedRows, allowedRows }) => sortedRows > allowedRows)).toEqual([]);
  });
});

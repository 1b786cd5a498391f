import { BUILT_IN_ROLES } from '#domain/permissions';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import pg from 'pg';

describe('the built-in roles of a new installation', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('have in the database the scopes that the documents say', async () => {
    const { rows } = await client.query<{ name: string; scopes: string[] }>(
      'SELECT name, scopes FROM roles WHERE built_in',
    );
    const sorted = (scopes: readonly string[]): string[] => [...scopes].sort();
    expect(Object.fromEntries(rows.map(({ name, scopes }) => [name, sorted(scopes)]))).toEqual(
      Object.fromEntries(Object.entries(BUILT_IN_ROLES).map(([name, scopes]) => [name, sorted(scopes)])),
    );
  });
});

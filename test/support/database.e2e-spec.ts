import { query } from './embedded-postgres/observe.js';
import { createTestDatabase } from './database.js';

describe('createTestDatabase', () => {
  it('gives every caller a migrated, empty database of its own', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.url, 'CREATE TABLE only_here ()');
    expect(await query(other.url, "SELECT to_regclass('only_here')::text AS found")).toEqual([{ found: null }]);
    expect(await query(other.url, 'SELECT count(*)::int AS images FROM images')).toEqual([{ images: 0 }]);
    await Promise.all([one.drop(), other.drop()]);
  });

  it('removes the database on drop, connections or not', async () => {
    const database = await createTestDatabase();
    await database.drop();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });
});

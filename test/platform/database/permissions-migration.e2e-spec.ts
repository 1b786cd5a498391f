import { DataSource } from 'typeorm';
import { MIGRATIONS } from '#platform/database';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('the migration to roles and bindings', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url, migrations: MIGRATIONS }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function undoBackToTheRegistry(): Promise<void> {
    for (;;) {
      const applied = await dataSource.query<{ name: string }[]>(
        'SELECT name FROM migrations ORDER BY id DESC LIMIT 1',
      );
      if (applied[0]?.name === 'Registry1763700000000') return;
      await dataSource.undoLastMigration();
    }
  }

  it('makes bindings of collaborations, and gives every namespace its lineage', async () => {
    await undoBackToTheRegistry();
    await dataSource.query(`INSERT INTO users (username, email) VALUES ('alice', 'a@x.test'), ('bob', 'b@x.test')`);
    await dataSource.query(`
      INSERT INTO namespaces (id, user_id, root_id, parent_id, name, path, level) OVERRIDING SYSTEM VALUE
      VALUES (1, 1, 1, NULL, 'top', 'top', 0), (2, 1, 1, 1, 'mid', 'top/mid', 1), (3, 1, 1, 2, 'low', 'top/mid/low', 2)`);
    await dataSource.query(`INSERT INTO collaborators (namespace_id, user_id, role) VALUES (1, 2, 'writer')`);

    await dataSource.runMigrations();

    expect(await dataSource.query('SELECT id, lineage FROM namespaces ORDER BY id')).toEqual([
      { id: 1, lineage: [1] },
      { id: 2, lineage: [1, 2] },
      { id: 3, lineage: [1, 2, 3] },
    ]);
    expect(
      await dataSource.query(`SELECT r.name AS role, b.subject_id, b.namespace_id, b.expires_at
                              FROM bindings b JOIN roles r ON r.id = b.role_id`),
    ).toEqual([{ role: 'writer', subject_id: 2, namespace_id: 1, expires_at: null }]);
    expect(await dataSource.query('SELECT username, has_grants FROM users ORDER BY id')).toEqual([
      { username: 'alice', has_grants: false },
      { username: 'bob', has_grants: true },
    ]);
  });

  it('can be undone, and keeps who collaborates', async () => {
    await undoBackToTheRegistry();
    expect(await dataSource.query('SELECT namespace_id, user_id, role FROM collaborators')).toEqual([
      { namespace_id: 1, user_id: 2, role: 'writer' },
    ]);
  });
});

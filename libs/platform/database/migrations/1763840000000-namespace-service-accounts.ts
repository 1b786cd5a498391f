import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Service accounts belong to namespaces, too. */
export class NamespaceServiceAccounts1763840000000 implements MigrationInterface {
  readonly name = 'NamespaceServiceAccounts1763840000000';

  /** Locks `users` against everything, and `namespaces` against writing, while it reads `users` once. */
  async up(runner: QueryRunner): Promise<void> {
    // Nothing happens to an account by itself when its namespace goes: it is deleted first, with all that was its.
    await runner.query('ALTER TABLE users ADD COLUMN namespace_id integer REFERENCES namespaces');
    // The owner of its tree makes tokens for it: an admin's would make them an admin.
    await runner.query(`ALTER TABLE users
      ADD CONSTRAINT users_namespace_id_check
        CHECK (namespace_id IS NULL OR (kind = 'service' AND role = 'member' AND deleted_at IS NULL)),
      ADD CONSTRAINT users_one_owner_check CHECK (num_nonnulls(owner_id, namespace_id) <= 1)`);
    await runner.query('CREATE INDEX users_namespace_id_idx ON users (namespace_id) WHERE namespace_id IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN namespace_id');
  }
}

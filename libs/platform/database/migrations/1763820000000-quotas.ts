import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Limits of what accounts and trees may hold, and what pushes under way have reserved of them. */
export class Quotas1763820000000 implements MigrationInterface {
  readonly name = 'Quotas1763820000000';

  async up(runner: QueryRunner): Promise<void> {
    // Of an account or of a root namespace. What was held already when a limit was set below it may stay.
    await runner.query(`CREATE TABLE quotas (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id integer UNIQUE REFERENCES users ON DELETE CASCADE,
      namespace_id integer UNIQUE REFERENCES namespaces ON DELETE CASCADE,
      limit_bytes bigint CHECK (limit_bytes >= 0),
      limit_images bigint CHECK (limit_images >= 0),
      held_bytes bigint NOT NULL DEFAULT 0,
      held_images bigint NOT NULL DEFAULT 0,
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      CHECK (num_nonnulls(account_id, namespace_id) = 1),
      CHECK (num_nonnulls(limit_bytes, limit_images) > 0)
    )`);
    await runner.query(
      'ALTER TABLE uploads ADD COLUMN reserved_bytes bigint NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE uploads DROP COLUMN reserved_bytes');
    await runner.query('DROP TABLE quotas');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Service accounts belong to teams; a token keeps its old secret for a while, and may be pinned. */
export class ServiceAccounts1763830000000 implements MigrationInterface {
  readonly name = 'ServiceAccounts1763830000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...OWNED_ACCOUNTS, ...TOKENS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const OWNED_ACCOUNTS = [
  'ALTER TABLE users ADD COLUMN owner_id integer REFERENCES users',
  // Its team's leads make tokens for it: an admin's would make them admins.
  `ALTER TABLE users ADD CONSTRAINT users_owner_id_check CHECK (owner_id IS NULL OR (kind = 'service' AND role = 'member'))`,
  'CREATE INDEX users_owner_id_idx ON users (owner_id) WHERE owner_id IS NOT NULL',
];

const TOKENS = [
  `ALTER TABLE tokens
     ADD COLUMN previous_hash bytea,
     ADD COLUMN previous_until timestamptz(3),
     ADD COLUMN cidrs text[] NOT NULL DEFAULT '{}',
     ADD COLUMN namespace_ids integer[],
     ADD COLUMN image_ids integer[]`,
  'CREATE UNIQUE INDEX tokens_previous_hash_key ON tokens (previous_hash) WHERE previous_hash IS NOT NULL',
];

const UNDO = [
  'DROP INDEX tokens_previous_hash_key',
  `ALTER TABLE tokens DROP COLUMN previous_hash, DROP COLUMN previous_until, DROP COLUMN cidrs,
     DROP COLUMN namespace_ids, DROP COLUMN image_ids`,
  'ALTER TABLE users DROP COLUMN owner_id',
];

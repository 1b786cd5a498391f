import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credentials besides bearer tokens: keys that sign requests, and API keys limited to actions and images. */
export class SigningKeys1763890000000 implements MigrationInterface {
  readonly name = 'SigningKeys1763890000000';

  /** Locks `tokens` against everything while it reads it once. */
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TOKENS, ...KEYS, ...SIGNATURES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const TOKENS = [
  // Every credential is a row here: whose it is, its scopes, networks and end; and it goes where they go.
  `ALTER TABLE tokens
     ADD COLUMN kind text NOT NULL DEFAULT 'bearer' CHECK (kind IN ('bearer', 'signing_key', 'api_key')),
     ALTER COLUMN secret_hash DROP NOT NULL,
     ADD CONSTRAINT tokens_secret_check CHECK ((kind = 'signing_key') = (secret_hash IS NULL))`,
  `CREATE UNIQUE INDEX tokens_api_key_name_key ON tokens (user_id, name) WHERE kind = 'api_key'`,
];

const KEYS = [
  `CREATE TABLE signing_keys (
    token_id integer PRIMARY KEY REFERENCES tokens ON DELETE CASCADE,
    public_key bytea NOT NULL UNIQUE CHECK (length(public_key) = 32)
  )`,
  // limits: [{"action": "read" or null, "object_id": uuid or null}, …]; null for an admin key, which has none.
  `CREATE TABLE api_keys (
    token_id integer PRIMARY KEY REFERENCES tokens ON DELETE CASCADE,
    key_id uuid NOT NULL UNIQUE,
    limits jsonb
  )`,
];

const SIGNATURES = [
  // What counts once, until no request that began while it was fresh can still be under way.
  `CREATE TABLE used_signatures (
    key bytea PRIMARY KEY,
    used_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE INDEX used_signatures_used_at_idx ON used_signatures (used_at)',
];

const UNDO = [
  'DROP TABLE used_signatures',
  'DROP TABLE api_keys',
  'DROP TABLE signing_keys',
  `DELETE FROM tokens WHERE kind <> 'bearer'`,
  'DROP INDEX tokens_api_key_name_key',
  `ALTER TABLE tokens DROP CONSTRAINT tokens_secret_check, DROP COLUMN kind, ALTER COLUMN secret_hash SET NOT NULL`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Disks in other formats: what was sent and is yet to be converted, and what was made of an image for those who want it. */
export class Conversions1763870000000 implements MigrationInterface {
  readonly name = 'Conversions1763870000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of ['DROP TABLE derived_blobs', 'DROP TABLE image_sources']) await runner.query(statement);
  }
}

/** Whichever way a row goes, its bytes go too. */
const discarding = (table: string): string =>
  `CREATE TRIGGER discard_bytes AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone
   FOR EACH STATEMENT EXECUTE FUNCTION discard_log()`; // of the migration before: it discards any storage_key

const STATEMENTS = [
  // Gone with the transaction that makes the image of it.
  `CREATE TABLE image_sources (
    image_id integer PRIMARY KEY REFERENCES images ON DELETE CASCADE,
    storage_key text COLLATE "C" NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size_bytes bigint NOT NULL
  )`,
  discarding('image_sources'),
  // One for each blob and format, whoever asks: operation_id names who makes it, or made it.
  `CREATE TABLE derived_blobs (
    blob_id integer NOT NULL REFERENCES blobs ON DELETE CASCADE,
    format text NOT NULL CHECK (format IN ('raw', 'vmdk', 'vdi', 'vhd', 'vhdx')),
    operation_id integer REFERENCES operations ON DELETE SET NULL,
    storage_key text COLLATE "C" NOT NULL,
    sha256 bytea CHECK (length(sha256) = 32),
    size_bytes bigint,
    made_at timestamptz(3),
    used_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (blob_id, format),
    CHECK ((made_at IS NULL) = (sha256 IS NULL) AND (made_at IS NULL) = (size_bytes IS NULL))
  )`,
  'CREATE INDEX derived_blobs_operation_id_idx ON derived_blobs (operation_id)',
  discarding('derived_blobs'),
];

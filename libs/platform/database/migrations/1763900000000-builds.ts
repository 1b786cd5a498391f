import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Images that are built here: what of, and what is kept beside an image's bytes. */
export class Builds1763900000000 implements MigrationInterface {
  readonly name = 'Builds1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const kinds = (list: string): string =>
  `ALTER TABLE operations DROP CONSTRAINT operations_kind_check,
     ADD CONSTRAINT operations_kind_check CHECK (kind IN (${list}))`;

const KINDS_BEFORE = kinds(`'download', 'refresh', 'build', 'convert', 'export', 'capture', 'replicate', 'scrub'`);

const STATEMENTS = [
  // The admin's role holds every scope there is.
  `UPDATE roles SET scopes = scopes || '{image:build}'::text[] WHERE built_in AND name = 'admin'`,
  kinds(`'download', 'refresh', 'build', 'boot-test', 'convert', 'export', 'capture', 'replicate', 'scrub'`),
  // A row is there before its bytes, so that whatever happens somebody knows of them; of those that are made, one of a kind.
  `CREATE TABLE image_artefacts (
    image_id integer NOT NULL REFERENCES images ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('root-filesystem', 'console', 'screen')),
    storage_key text COLLATE "C" PRIMARY KEY,
    sha256 bytea CHECK (length(sha256) = 32),
    size_bytes bigint,
    announced_at timestamptz(3) NOT NULL DEFAULT now(),
    made_at timestamptz(3),
    CHECK ((made_at IS NULL) = (sha256 IS NULL) AND (made_at IS NULL) = (size_bytes IS NULL))
  )`,
  'CREATE UNIQUE INDEX image_artefacts_image_id_kind_key ON image_artefacts (image_id, kind) WHERE made_at IS NOT NULL',
  'CREATE INDEX image_artefacts_image_id_idx ON image_artefacts (image_id)',
  `CREATE TRIGGER discard_bytes AFTER DELETE ON image_artefacts REFERENCING OLD TABLE AS gone
   FOR EACH STATEMENT EXECUTE FUNCTION discard_log()`,
  // Provenance: the upper half is known from the start, the lower once it is built.
  `CREATE TABLE image_builds (
    image_id integer PRIMARY KEY REFERENCES images ON DELETE CASCADE,
    dockerfile text NOT NULL,
    context_sha256 bytea CHECK (length(context_sha256) = 32),
    context_size_bytes bigint,
    options jsonb NOT NULL,
    annotations jsonb NOT NULL DEFAULT '{}',
    bases jsonb,
    builder text,
    CHECK ((context_sha256 IS NULL) = (context_size_bytes IS NULL))
  )`,
];

const UNDO = [
  `UPDATE roles SET scopes = array_remove(scopes, 'image:build')`,
  'DROP TABLE image_builds',
  'DROP TABLE image_artefacts',
  KINDS_BEFORE,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where downloaded images come from, and when to look whether there is something new. */
export class DownloadRefresh1763880000000 implements MigrationInterface {
  readonly name = 'DownloadRefresh1763880000000';

  /** Locks `operations` against everything while it reads it once, to prove that every kind is known. */
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const KINDS = "'download', 'build', 'convert', 'export', 'capture', 'replicate', 'scrub'";

const knowing = (kinds: string): string =>
  `ALTER TABLE operations DROP CONSTRAINT operations_kind_check,
     ADD CONSTRAINT operations_kind_check CHECK (kind IN (${kinds}))`;

const STATEMENTS = [
  // sha256 is that of the bytes as they came, which a conversion makes others of. Null everywhere until they have come.
  // author_id names who set the schedule: with that one's rights new images are made.
  `CREATE TABLE download_sources (
    image_id integer PRIMARY KEY REFERENCES images ON DELETE CASCADE,
    author_id integer NOT NULL REFERENCES users,
    url text NOT NULL,
    disk jsonb,
    etag text,
    last_modified text,
    sha256 bytea CHECK (length(sha256) = 32),
    every_seconds integer CHECK (every_seconds > 0),
    next_check_at timestamptz(3),
    last_checked_at timestamptz(3),
    last_result text,
    CHECK ((every_seconds IS NULL) = (next_check_at IS NULL))
  )`,
  `CREATE INDEX download_sources_next_check_at_idx ON download_sources (next_check_at) WHERE next_check_at IS NOT NULL`,
  // Those that are there already may be given a schedule, too.
  `INSERT INTO download_sources (image_id, author_id, url, disk, sha256)
     SELECT i.id, o.author_id, o.input ->> 'url', o.input -> 'disk',
            CASE WHEN o.input -> 'disk' IS NULL THEN b.sha256 END
     FROM images i JOIN operations o ON o.id = i.operation_id AND o.kind = 'download' LEFT JOIN blobs b ON b.id = i.blob_id`,
  knowing(`${KINDS}, 'refresh'`),
];

const UNDO = [`DELETE FROM operations WHERE kind = 'refresh'`, knowing(KINDS), 'DROP TABLE download_sources'];

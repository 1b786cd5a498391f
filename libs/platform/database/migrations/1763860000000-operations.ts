import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Background work on images, and what it prints. */
export class Operations1763860000000 implements MigrationInterface {
  readonly name = 'Operations1763860000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...OPERATIONS, ...LOGS, ...IMAGES, ...RIGHTS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const OPERATIONS = [
  // instance_id names the process that works on it, or moves its log; see InstanceLock.
  `CREATE TABLE operations (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL
      CHECK (kind IN ('download', 'build', 'convert', 'export', 'capture', 'replicate', 'scrub')),
    status text NOT NULL DEFAULT 'queued'
      CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    image_id integer NOT NULL REFERENCES images ON DELETE CASCADE,
    author_id integer NOT NULL REFERENCES users,
    input jsonb NOT NULL,
    percent real NOT NULL DEFAULT 0,
    done_bytes bigint NOT NULL DEFAULT 0,
    total_bytes bigint,
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL,
    error text,
    instance_id integer,
    run_after timestamptz(3) NOT NULL DEFAULT now(),
    cancel_requested_at timestamptz(3),
    archive_key text COLLATE "C",
    log_archived boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    CHECK ((status = 'running') <= (instance_id IS NOT NULL)),
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
  )`,
  'CREATE INDEX operations_image_id_idx ON operations (image_id, id)',
  `CREATE INDEX operations_unfinished_idx ON operations (status, run_after) WHERE status IN ('queued', 'running')`,
  `CREATE INDEX operations_unarchived_idx ON operations (id) WHERE finished_at IS NOT NULL AND NOT log_archived`,
];

const LOGS = [
  // Lines as NDJSON: in the row while the work runs, then a part of a file in the store.
  `CREATE TABLE operation_log_chunks (
    operation_id integer NOT NULL REFERENCES operations ON DELETE CASCADE,
    first_line integer NOT NULL,
    line_count integer NOT NULL CHECK (line_count > 0),
    body text COLLATE "C",
    storage_key text COLLATE "C",
    position bigint,
    length integer,
    PRIMARY KEY (operation_id, first_line),
    CHECK ((body IS NULL) = (storage_key IS NOT NULL AND position IS NOT NULL AND length IS NOT NULL))
  )`,
  // They are short-lived: to compress them would cost more than it saves.
  'ALTER TABLE operation_log_chunks ALTER COLUMN body SET STORAGE EXTERNAL',
  // Whichever way an operation goes, its files go too.
  `CREATE FUNCTION discard_log() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO discarded_blobs (storage_key)
       SELECT DISTINCT storage_key FROM gone WHERE storage_key IS NOT NULL ON CONFLICT DO NOTHING;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER discard_log AFTER DELETE ON operation_log_chunks REFERENCING OLD TABLE AS gone
   FOR EACH STATEMENT EXECUTE FUNCTION discard_log()`,
];

const IMAGES = [
  // What makes it, or made it; null for what was pushed.
  'ALTER TABLE images ADD COLUMN operation_id integer REFERENCES operations ON DELETE SET NULL',
  'CREATE INDEX images_operation_id_idx ON images (operation_id) WHERE operation_id IS NOT NULL',
  // Whether the bytes are for an image that is not there yet, and so not counted.
  'ALTER TABLE uploads ADD COLUMN adds_image boolean NOT NULL DEFAULT true',
];

/** The admin's role holds every scope there is. */
const RIGHTS = [
  `UPDATE roles SET scopes = scopes || '{operation:read,operation:write}'::text[] WHERE built_in AND name = 'admin'`,
];

const UNDO = [
  `UPDATE roles SET scopes = array_remove(array_remove(scopes, 'operation:read'), 'operation:write')`,
  'ALTER TABLE uploads DROP COLUMN adds_image',
  'ALTER TABLE images DROP COLUMN operation_id',
  'DROP TABLE operation_log_chunks',
  'DROP FUNCTION discard_log',
  'DROP TABLE operations',
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit trail: one table, partitioned by month, to which rows are only ever added.
 *
 * Two things keep it so. Whoever owns the tables, which is the application's own role unless an operator separates the
 * two, has no right to UPDATE, DELETE or TRUNCATE; PostgreSQL checks that for everybody but superusers. For these a
 * trigger refuses all three on the trail, and UPDATE and DELETE on a month of it. What is left is to do away with a month
 * whole: an owner may drop one, which is how retention works, and a superuser truncate one. An owner can also take the
 * trigger and the revocation back, which no database can keep an owner from.
 */
export class Audit1763810000000 implements MigrationInterface {
  readonly name = 'Audit1763810000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TRAIL, ...INDEXES, ...APPEND_ONLY, ...PARTITIONS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const TRAIL = [
  // Ids of accounts, tokens and targets are no foreign keys: the trail outlives what it tells of.
  `CREATE TABLE audit_events (
    at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    id bigint NOT NULL,
    actor_id integer,
    actor text,
    token_id integer,
    address inet,
    action text COLLATE "C" NOT NULL,
    target_kind text NOT NULL,
    target_id integer,
    target text COLLATE "C" NOT NULL CHECK (length(target) <= 512),
    outcome text NOT NULL CHECK (outcome IN ('allowed', 'refused')),
    reason text,
    request_id text,
    before jsonb,
    after jsonb,
    PRIMARY KEY (at, id)
  ) PARTITION BY RANGE (at)`,
  'CREATE SEQUENCE audit_events_id_seq OWNED BY audit_events.id',
  `ALTER TABLE audit_events ALTER COLUMN id SET DEFAULT nextval('audit_events_id_seq')`,
];

/** Each filter reads its own rows newest first, without a sort. */
const INDEXES = [
  'CREATE INDEX audit_events_actor_idx ON audit_events (lower(actor), at, id)',
  'CREATE INDEX audit_events_action_idx ON audit_events (action, at, id)',
  'CREATE INDEX audit_events_actor_action_idx ON audit_events (lower(actor), action, at, id)',
  'CREATE INDEX audit_events_target_idx ON audit_events (target, at, id)',
  `CREATE INDEX audit_events_refused_idx ON audit_events (at, id) WHERE outcome = 'refused'`,
];

const APPEND_ONLY = [
  `CREATE FUNCTION audit_events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'audit_events is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
   END $$`,
  // Partitions inherit the first; the second stands guard on the table as a whole.
  `CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
   FOR EACH ROW EXECUTE FUNCTION audit_events_refuse_change()`,
  `CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
   FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse_change()`,
  'REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM CURRENT_USER',
];

const PARTITIONS = [
  // Made beside the trail and attached then, which writers to other months need not wait for.
  `CREATE FUNCTION audit_events_add_month(month date) RETURNS void LANGUAGE plpgsql AS $$
   DECLARE
     partition text := 'audit_events_' || to_char(month, 'YYYY_MM');
     first_day timestamp := date_trunc('month', month::timestamp);
   BEGIN
     IF to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
     EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
     EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER', partition);
     EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
       first_day AT TIME ZONE 'UTC', (first_day + interval '1 month') AT TIME ZONE 'UTC');
   END $$`,
  // For months that nobody has made yet: no change may fail for want of a place to note it.
  'CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT',
  'REVOKE UPDATE, DELETE, TRUNCATE ON audit_events_default FROM CURRENT_USER',
  `SELECT audit_events_add_month((now() AT TIME ZONE 'UTC')::date)`,
  `SELECT audit_events_add_month((now() AT TIME ZONE 'UTC' + interval '1 month')::date)`,
];

const UNDO = [
  'DROP TABLE audit_events',
  'DROP FUNCTION audit_events_add_month',
  'DROP FUNCTION audit_events_refuse_change',
];

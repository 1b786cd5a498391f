import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How operations ended, counted for the metrics of all processes together, however many rows of operations are deleted later. */
export class OperationEnds1763865000000 implements MigrationInterface {
  readonly name = 'OperationEnds1763865000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...ENDS, ...DELETIONS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

/** Bounds of the durations that are told apart, in seconds; the last takes the rest. */
const BOUNDS = "'{1,5,15,60,300,900,3600,14400,86400,Infinity}'::float8[]";

const ENDS = [
  // within_seconds is the least bound that the duration does not exceed; seconds is the sum of durations.
  `CREATE TABLE operation_ends (
    kind text NOT NULL,
    outcome text NOT NULL,
    within_seconds double precision NOT NULL,
    count bigint NOT NULL,
    seconds double precision NOT NULL,
    PRIMARY KEY (kind, outcome, within_seconds)
  )`,
  `CREATE FUNCTION count_operation_end() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE duration float8 := extract(epoch FROM NEW.finished_at - NEW.started_at);
   BEGIN
     INSERT INTO operation_ends (kind, outcome, within_seconds, count, seconds)
       SELECT NEW.kind, NEW.status, min(bound), 1, duration FROM unnest(${BOUNDS}) AS bound WHERE duration <= bound
       ON CONFLICT (kind, outcome, within_seconds) DO UPDATE
         SET count = operation_ends.count + 1, seconds = operation_ends.seconds + EXCLUDED.seconds;
     RETURN NULL;
   END $$`,
  // Deferred, so that the rows that many transactions change are locked last and for a moment. What nobody began has no duration.
  `CREATE CONSTRAINT TRIGGER count_operation_end AFTER UPDATE OF status ON operations
   DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
   WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL AND NEW.started_at IS NOT NULL)
   EXECUTE FUNCTION count_operation_end()`,
];

/** Operations go with their image, in whichever way that goes: whoever follows their logs is to hear of it. */
const DELETIONS = [
  `CREATE FUNCTION tell_of_deleted_operation() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     PERFORM pg_notify('diskyard_operation_changes', OLD.id::text);
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER tell_of_deleted_operation AFTER DELETE ON operations
   FOR EACH ROW EXECUTE FUNCTION tell_of_deleted_operation()`,
];

const UNDO = [
  'DROP TRIGGER tell_of_deleted_operation ON operations',
  'DROP FUNCTION tell_of_deleted_operation',
  'DROP TRIGGER count_operation_end ON operations',
  'DROP FUNCTION count_operation_end',
  'DROP TABLE operation_ends',
];

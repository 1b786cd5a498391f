import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What came of booting an image. Console and screen are artefacts of the image. */
export class BootTests1763910000000 implements MigrationInterface {
  readonly name = 'BootTests1763910000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE boot_tests');
  }
}

const STATEMENTS = [
  // The last one of an image.
  `CREATE TABLE boot_tests (
    image_id integer PRIMARY KEY REFERENCES images ON DELETE CASCADE,
    operation_id integer NOT NULL REFERENCES operations ON DELETE CASCADE,
    outcome text NOT NULL CHECK (outcome IN ('passed', 'failed')),
    ended_by text NOT NULL CHECK (ended_by IN
      ('marker', 'login', 'power-off', 'panic', 'emergency-shell', 'not-bootable', 'reset', 'time-out')),
    reason text,
    seconds real NOT NULL,
    firmware text NOT NULL CHECK (firmware IN ('bios', 'uefi')),
    tested_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK ((outcome = 'passed') = (reason IS NULL))
  )`,
  'CREATE INDEX boot_tests_operation_id_idx ON boot_tests (operation_id)',
];

import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';

/** Any number: processes that keep the partitions take turns by it. */
const LOCK = 0x44_59_41_50;

const DEFAULT = 'audit_events_default';
const STRAYS = 'audit_events_strays';

/** The months of the trail as tables. Each statement that changes them gives up where it cannot have its lock soon. */
@Injectable()
export class AuditPartitionsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` while no other process changes partitions; all of it happens, or nothing. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.query(`SELECT set_config('lock_timeout', '5s', true), pg_advisory_xact_lock($1)`, [LOCK]);
      return work();
    });
  }

  /** First days of months, of those from now to `ahead` months later that have no partition. */
  async missing(ahead: number): Promise<string[]> {
    return this.months(
      `SELECT to_char(month, 'YYYY-MM-01') AS month
       FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'),
                            date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => $1), '1 month') month
       WHERE to_regclass('audit_events_' || to_char(month, 'YYYY_MM')) IS NULL ORDER BY month`,
      [ahead],
    );
  }

  async add(month: string): Promise<void> {
    await this.database.query('SELECT audit_events_add_month($1::date)', [month]);
  }

  async hasStrays(): Promise<boolean> {
    const [row] = await this.database.query<{ found: boolean }>(`SELECT EXISTS (SELECT FROM ${DEFAULT}) AS found`);
    return row?.found === true;
  }

  /** Takes rows out of the default partition, which would be in the way of the months they belong to, and puts them there. */
  async sortInStrays(): Promise<void> {
    await this.database.query(`ALTER TABLE audit_events DETACH PARTITION ${DEFAULT}`);
    await this.database.query(`ALTER TABLE ${DEFAULT} RENAME TO ${STRAYS}`);
    await this.database.query(`CREATE TABLE ${DEFAULT} PARTITION OF audit_events DEFAULT`);
    await this.database.query(`REVOKE UPDATE, DELETE, TRUNCATE ON ${DEFAULT} FROM CURRENT_USER`);
    const months = await this.months(
      `SELECT DISTINCT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-01') AS month FROM ${STRAYS} ORDER BY 1`,
    );
    for (const month of months) await this.add(month);
    await this.database.query(`INSERT INTO audit_events SELECT * FROM ${STRAYS}`);
    await this.database.query(`DROP TABLE ${STRAYS}`);
  }

  /** Names of partitions whose month ended `months` months ago or longer, besides the current one. */
  async expired(months: number): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'audit_events'::regclass AND c.relname ~ '^audit_events_\\d{4}_\\d{2}$'
         AND c.relname < 'audit_events_' || to_char(now() AT TIME ZONE 'UTC' - make_interval(months => $1), 'YYYY_MM')
       ORDER BY 1`,
      [months],
    );
    return rows.map(({ name }) => name);
  }

  /** `name` is one that `expired` gave. */
  async drop(name: string): Promise<void> {
    await this.database.query(`DROP TABLE ${name}`);
  }

  private async months(sql: string, values: readonly unknown[] = []): Promise<string[]> {
    return (await this.database.query<{ month: string }>(sql, values)).map(({ month }) => month);
  }
}

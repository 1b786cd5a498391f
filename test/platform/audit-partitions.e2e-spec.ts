import { randomUUID } from 'node:crypto';
import { Database } from '#platform/database';
import { AuditPartitionsKeeper } from '#domain/audit';
import { startTestApi, type TestApi } from '../support/api.js';
import { auditEvents } from '../support/audit-trail.js';

describe('the audit trail’s table', () => {
  let api: TestApi;
  let database: Database;
  beforeEach(async () => {
    api = await startTestApi({ env: { AUDIT_RETENTION_MONTHS: '3' } });
    database = api.app.get(Database, { strict: false });
  });
  afterEach(() => api.close());

  const keep = (): Promise<void> => api.app.get(AuditPartitionsKeeper, { strict: false }).keep();

  async function partitions(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_events'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  /** `audit_events_2026_03`, so many months from now. */
  function monthFromNow(months: number): string {
    const now = new Date();
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months));
    return `audit_events_${month.toISOString().slice(0, 7).replace('-', '_')}`;
  }

  async function add(monthsFromNow: number): Promise<string> {
    const target = randomUUID();
    await database.query(
      `INSERT INTO audit_events (at, action, target_kind, target, outcome)
       VALUES (date_trunc('month', now()) + make_interval(months => $1, days => 3), 'image.create', 'image', $2, 'allowed')`,
      [monthsFromNow, target],
    );
    return target;
  }

  async function partitionOf(target: string): Promise<string | undefined> {
    const sql = 'SELECT tableoid::regclass::text AS name FROM audit_events WHERE target = $1';
    return (await database.query<{ name: string }>(sql, [target]))[0]?.name;
  }

  it('has this month and the next before they begin, and takes rows of any other', async () => {
    expect(await partitions()).toEqual([monthFromNow(0), monthFromNow(1), 'audit_events_default']);
    const target = await add(7);
    expect(await auditEvents(api.admin, `target=${target}`)).toHaveLength(1);
  });

  it('makes the months that are missing, in several processes at once too', async () => {
    await database.query(`DROP TABLE ${monthFromNow(0)}, ${monthFromNow(1)}`);
    await Promise.all([keep(), keep(), keep(), keep()]);
    expect(await partitions()).toEqual([monthFromNow(0), monthFromNow(1), 'audit_events_default']);
  });

  it('sorts rows that came before their month was made into it, and loses none', async () => {
    await database.query(`DROP TABLE ${monthFromNow(0)}, ${monthFromNow(1)}`);
    const [now, next, later] = [await add(0), await add(1), await add(5)];
    expect(await partitionOf(now)).toBe('audit_events_default');
    await Promise.all([keep(), keep()]);
    expect(await partitionOf(now)).toBe(monthFromNow(0));
    expect(await partitionOf(next)).toBe(monthFromNow(1));
    expect(await partitionOf(later)).toBe(monthFromNow(5));
    expect(await database.query('SELECT FROM audit_events_default')).toEqual([]);
    await expect(database.query('DELETE FROM audit_events')).rejects.toThrow();
  });

  it('drops months past retention whole, and none within it', async () => {
    const [kept, gone] = [await add(-3), await add(-4)];
    await keep();
    expect(await partitions()).toEqual([monthFromNow(-3), monthFromNow(0), monthFromNow(1), 'audit_events_default']);
    expect([await partitionOf(kept), await partitionOf(gone)]).toEqual([monthFromNow(-3), undefined]);
  });

  it.each([
    'UPDATE audit_events SET actor = NULL',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'UPDATE audit_events_default SET actor = NULL',
    'DELETE FROM audit_events_default',
    'MERGE INTO audit_events e USING users u ON e.actor_id = u.id WHEN MATCHED THEN DELETE',
  ])('refuses the role that owns it: %s', async (statement) => {
    await add(0);
    await add(9);
    const before = await database.query('SELECT * FROM audit_events ORDER BY id');
    await expect(database.query(statement)).rejects.toThrow(/permission denied|append-only/);
    expect(await database.query('SELECT * FROM audit_events ORDER BY id')).toEqual(before);
  });

  it('refuses it also to whoever has the right, as a superuser does', async () => {
    const name = monthFromNow(0);
    await add(0);
    await database.query(`GRANT UPDATE, DELETE, TRUNCATE ON audit_events, ${name} TO CURRENT_USER`);
    for (const sql of ['DELETE FROM audit_events', 'TRUNCATE audit_events', `UPDATE ${name} SET actor = NULL`]) {
      await expect(database.query(sql)).rejects.toThrow('append-only');
    }
  });
});

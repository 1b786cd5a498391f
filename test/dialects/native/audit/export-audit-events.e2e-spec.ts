import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { auditEvents } from '../../../support/audit-trail.js';
import { createTestDatabase } from '../../../support/database.js';
import { DatabaseProxy } from '../../../support/database-proxy.js';
import { eventually } from '../../../support/eventually.js';

const MANY = 60_000;

/** Rows that an export reads at a time. */
const BATCH = 500;

describe('an export of the audit trail', () => {
  let proxy: DatabaseProxy;
  let api: TestApi;
  let database: Database;
  beforeAll(async () => {
    const own = await createTestDatabase();
    proxy = await DatabaseProxy.start(own.url);
    api = await startTestApi({ database: { url: proxy.url, drop: () => own.drop() } });
    database = api.app.get(Database, { strict: false });
  });
  afterAll(async () => {
    await api.close();
    await proxy.goAway();
  });

  const seed = async (count: number, actor: string): Promise<void> => {
    await database.query(
      `INSERT INTO audit_events (at, actor, action, target_kind, target, outcome, reason)
       SELECT timestamptz '2026-03-01T00:00:00Z' + n / 7 * interval '1 s', $2, 'image.download', 'image', 'x/' || n,
              'allowed', repeat('x', 200)
       FROM generate_series(1, $1::int) n`,
      [count, actor],
    );
    await database.query('ANALYZE audit_events'); // as autovacuum does of what grew
  };

  it.each([
    ['/audit?actor=lines&limit=3', { Accept: 'application/x-ndjson' }],
    ['/audit?actor=lines&format=ndjson', { Accept: 'application/json' }],
  ])('has every event as a line of JSON, each as the list shows it: %s', async (path, headers) => {
    if ((await auditEvents(api.admin, 'actor=lines')).length === 0) await seed(1_201, 'lines');
    const response = await api.admin.send('GET', path, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="audit.ndjson"');
    const events = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number });
    expect(new Set(events.map(({ id }) => id)).size).toBe(1_201);
    expect(events.slice(0, 100)).toEqual(await auditEvents(api.admin, 'actor=lines&limit=100'));
  });

  it('is CSV that a spreadsheet reads as text', async () => {
    await database.query(
      `INSERT INTO audit_events (at, actor_id, actor, token_id, address, action, target_kind, target_id, target, outcome,
                                 reason, request_id, before, after)
       VALUES ('2026-03-01T00:00:00Z', 7, 'sheet', 8, '203.0.113.7', 'image.update', 'image', 9, '=HYPERLINK("x")',
               'allowed', E'two\\nlines', '-1+1', '{"a": "b,c"}', NULL)`,
    );
    const response = await api.admin.send('GET', '/audit?actor=sheet&format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const [event] = await auditEvents(api.admin, 'actor=sheet');
    expect(await response.text()).toBe(
      'id,recorded_at,actor,actor_id,token_id,address,action,target_kind,target_id,target,outcome,reason,request_id,before,after\r\n' +
        `${event?.id ?? ''},2026-03-01T00:00:00.000Z,sheet,7,8,203.0.113.7,image.update,image,9,` +
        `"'=HYPERLINK(""x"")",allowed,"two\nlines",'-1+1,"{""a"":""b,c""}",\r\n`,
    );
  });

  it('of nothing is empty but for the names of columns', async () => {
    expect(await (await api.admin.send('GET', '/audit?actor=nobody&format=ndjson')).text()).toBe('');
    expect(await (await api.admin.send('GET', '/audit?actor=nobody&format=csv')).text()).toMatch(
      /^id,[a-z_,]+after\r\n$/,
    );
  });

  it('is announced by HEAD, which reads none of it', async () => {
    const response = await api.admin.send('HEAD', '/audit?format=csv');
    expect([response.status, response.headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="audit.csv"',
    ]);
  });

  it('is read no faster than the client takes it, and no further once the client is gone', async () => {
    await seed(MANY, 'many');
    const before = proxy.statements;
    const leaving = new AbortController();
    const response = await fetch(`${api.url}/audit?actor=many&format=ndjson`, {
      headers: { Authorization: `Bearer ${api.admin.token ?? ''}` },
      signal: leaving.signal,
    });
    const read = await settled(() => proxy.statements - before);
    expect(read).toBeGreaterThan(1);
    expect(read).toBeLessThan(MANY / BATCH / 2);
    leaving.abort();
    await expect(response.text()).rejects.toThrow();
    expect((await settled(() => proxy.statements - before)) - read).toBeLessThanOrEqual(2);
  });

  it('is whole however long it is', async () => {
    const response = await api.admin.send('GET', '/audit?actor=many&format=csv');
    expect((await response.text()).split('\r\n')).toHaveLength(MANY + 2); // the names, and nothing after the last
  });
});

/** What a number is once it has stayed the same for a while. */
async function settled(read: () => number): Promise<number> {
  let [last, since] = [read(), performance.now()];
  return eventually(() => {
    if (read() !== last) [last, since] = [read(), performance.now()];
    expect(performance.now() - since).toBeGreaterThan(250);
    return last;
  });
}

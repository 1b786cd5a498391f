import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { auditEvents } from '../../../support/audit-trail.js';
import { newUser } from '../../../support/builders.js';
import { linksOf } from '../../../support/links.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';

/** Forty events of two actors, by whose number everything else goes; several have the same moment. */
const SEED = `
  INSERT INTO audit_events (at, actor, action, target_kind, target, outcome)
  SELECT timestamptz '2026-03-01T00:00:00Z' + n / 3 * interval '1 hour', (ARRAY['Seeded', 'other'])[1 + n % 2],
         CASE WHEN n % 5 = 0 THEN 'image.delete' ELSE 'image.create' END, 'image', 'seeded/disk-' || n % 4,
         CASE WHEN n % 10 = 0 THEN 'refused' ELSE 'allowed' END
  FROM generate_series(0, 39) n`;
const SEEDED = 'until=2026-04-01';

describe('GET /audit', () => {
  let api: TestApi;
  let auditor: NativeClient;
  let member: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    const database = api.app.get(Database, { strict: false });
    auditor = await newUser(api.admin, 'auditor', ['user:read', 'audit:read', 'image:read']);
    member = await newUser(api.admin, 'member');
    await database.query(
      `INSERT INTO bindings (role_id, subject_id)
       SELECT r.id, u.id FROM roles r, users u WHERE r.name = 'auditor' AND u.username = 'auditor'`,
    );
    await database.query(SEED);
  });
  afterAll(() => api.close());

  const ids = ({ body }: Answer): number[] => (body as { id: number }[]).map(({ id }) => id);
  const count = async (query: string): Promise<number> => (await auditEvents(auditor, `${query}&limit=100`)).length;

  it('is for whoever holds audit:read everywhere, and nobody else', async () => {
    expect((await auditor.get('/audit')).status).toBe(200);
    expect((await api.admin.get('/audit')).status).toBe(200);
    expect((await member.get('/audit')).status).toBe(403);
    expect((await member.get('/audit?format=csv')).status).toBe(403);
    expect((await api.anonymous.get('/audit')).status).toBe(401);
  });

  it('shows the newest first, 25 a page', async () => {
    const found = ids(await auditor.get(`/audit?${SEEDED}`));
    expect(found).toHaveLength(25);
    expect(found).toEqual(found.toSorted((a, b) => b - a));
  });

  it('is walked by its links without a gap or a repetition, and back again', async () => {
    const all = ids(await auditor.get(`/audit?${SEEDED}&limit=100`));
    const [there, back]: [number[], number[]] = [[], []];
    let answer = await auditor.get(`/audit?${SEEDED}&limit=7`);
    expect(linksOf(answer)).toEqual({
      first: `${api.url}/audit?${SEEDED}&limit=7`,
      next: expect.stringContaining('&cursor=') as string,
    });
    for (;;) {
      there.push(...ids(answer));
      const { next } = linksOf(answer);
      if (next === undefined) break;
      answer = await auditor.get(next.replace(api.url, ''));
    }
    expect(there).toEqual(all);
    for (;;) {
      back.unshift(...ids(answer));
      const { prev } = linksOf(answer);
      if (prev === undefined) break;
      answer = await auditor.get(prev.replace(api.url, ''));
    }
    expect(back).toEqual(all);
  });

  it('stays where it is while new events come', async () => {
    const { next = '' } = linksOf(await auditor.get('/audit?limit=3'));
    const before = ids(await auditor.get(next.replace(api.url, '')));
    await newUser(api.admin);
    expect(ids(await auditor.get(next.replace(api.url, '')))).toEqual(before);
  });

  it.each([
    ['actor=seeded', 20],
    ['actor=SEEDED', 20],
    ['actor=nobody', 0],
    ['action=image.delete', 8],
    ['target=seeded/disk-1', 10],
    ['target=seeded/disk', 0],
    ['outcome=refused', 4],
    ['outcome=allowed', 36],
    ['since=2026-03-01T13:00:00Z', 1],
    ['since=2026-03-01T14:00:00%2B01:00', 1],
    ['until=2026-03-01T01:00:00Z', 3],
    ['since=2026-03-01&until=2026-03-02', 40],
    ['since=2026-03-02', 0],
    ['actor=seeded&action=image.delete&target=seeded/disk-0&outcome=refused', 2],
  ])('finds of forty events those with %s: %i', async (query, expected) => {
    expect(await count(query.includes('until') ? query : `${query}&${SEEDED}`)).toBe(expected);
  });

  it.each([
    ['limit=0', 1],
    ['limit=1000', 40],
    ['limit=abc', 25],
  ])('takes %s as %i', async (limit, rows) => {
    expect(ids(await auditor.get(`/audit?${SEEDED}&${limit}`))).toHaveLength(rows);
  });

  const BAD_TIME = 'must be a time of ISO 8601 with its zone, like 2026-03-14T09:26:53Z, or a day like 2026-03-14';
  const BAD_CURSOR = 'Cursor is not one of this list: take it from a Link';
  const cursorOf = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

  it.each([
    ['outcome=maybe', { outcome: ['Outcome must be one of allowed, refused'] }],
    [
      'action=drop%20table',
      { action: ['Action must be written like image.create, or like DELETE /users/:username for what was refused'] },
    ],
    [`actor=${'a'.repeat(513)}`, { actor: ['Actor cannot be longer than 512 characters in length'] }],
    [`target=${'a'.repeat(513)}`, { target: ['Target cannot be longer than 512 characters in length'] }],
    ['since=yesterday', { since: [`Since ${BAD_TIME}`] }],
    ['since=2026-04-31', { since: [`Since ${BAD_TIME}`] }],
    ['until=2026-03-14T09:26:53', { until: [`Until ${BAD_TIME}`] }],
    ['until=2026-03-14T25:00:00Z', { until: [`Until ${BAD_TIME}`] }],
    ['since=2026-03-02&until=2026-03-01', { until: ['Until must be later than since'] }],
    ['cursor=nonsense', { cursor: [BAD_CURSOR] }],
    [`cursor=${cursorOf('after', 'x', 1)}`, { cursor: [BAD_CURSOR] }],
    [`cursor=${cursorOf('after', 9e15, 1)}`, { cursor: [BAD_CURSOR] }],
    [`cursor=${cursorOf('below', 1, 1)}`, { cursor: [BAD_CURSOR] }],
    ['format=xml', { format: ['Format must be one of json, ndjson, csv'] }],
    ['outcome=maybe&since=x', { outcome: ['Outcome must be one of allowed, refused'], since: [`Since ${BAD_TIME}`] }],
  ])('refuses %s and says why', async (query, body) => {
    const answer = await auditor.get(`/audit?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(body);
  });

  it('answers 406 to who takes none of its types', async () => {
    const { status, body } = await auditor.get('/audit', { headers: { Accept: 'text/html' } });
    expect(status).toBe(406);
    expect(body).toEqual({ message: 'Accept must allow one of application/json, application/x-ndjson, text/csv' });
  });
});

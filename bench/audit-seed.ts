import type pg from 'pg';

const MONTHS = 12;

/** Of the first actor one event in seven is, of the others few; a target is met a hundred times. */
const SEED = `
  INSERT INTO audit_events (at, actor_id, actor, token_id, address, action, target_kind, target_id, target, outcome, request_id)
  SELECT now() - (($1::int - n)::float8 / $1 * ${MONTHS - 1}) * interval '1 month', actor, 'actor-' || actor, actor,
         '203.0.113.7', (ARRAY['image.download', 'image.create', 'image.update', 'image.delete', 'token.rotate'])[1 + dice % 5],
         'image', target, 'owner/team/disk-' || target || ':latest', CASE WHEN dice % 31 = 0 THEN 'refused' ELSE 'allowed' END,
         md5(n::text)
  FROM generate_series(1, $1::int) n,
    LATERAL (SELECT hashint4(n) & 2147483647 AS dice) a,
    LATERAL (SELECT CASE WHEN dice % 7 = 0 THEN 0 ELSE dice / 7 % 1000 END AS actor, dice % greatest($1::int / 100, 1) AS target) b`;

/** Fills the trail with events of a year, evenly; some minutes for ten million. */
export async function seedAuditTrail(client: pg.Client, events: number): Promise<void> {
  await client.query('SET synchronous_commit = off');
  for (let ago = 0; ago < MONTHS; ago++) {
    await client.query(`SELECT audit_events_add_month((now() - make_interval(months => $1))::date)`, [ago]);
  }
  await client.query(SEED, [events]);
  await client.query('RESET synchronous_commit');
  await client.query('VACUUM (ANALYZE) audit_events');
}

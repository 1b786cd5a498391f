import pg from 'pg';
import type { TestApi } from './api.js';
import { eventually } from './eventually.js';

/**
 * Begins each change once the one before waits for a lock, and lets none commit before all of them wait: each stands right
 * before its commit, since what it records of itself waits, or behind the locks of another. Gives what they answer.
 */
export async function interleave<T>(api: TestApi, ...changes: readonly (() => Promise<T>)[]): Promise<T[]> {
  const client = new pg.Client(api.databaseUrl);
  await client.connect();
  const answers: Promise<T>[] = [];
  try {
    await client.query('BEGIN');
    await client.query('LOCK TABLE audit_events IN SHARE MODE');
    for (const change of changes) {
      answers.push(change());
      await eventually(() => expectWaiting(client, answers.length));
    }
  } finally {
    await client.end(); // and with it the transaction
  }
  return Promise.all(answers);
}

async function expectWaiting(client: pg.Client, count: number): Promise<void> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(DISTINCT w.pid)::int AS count FROM pg_locks w
     JOIN pg_locks here ON here.pid = w.pid JOIN pg_database d ON d.oid = here.database
     WHERE NOT w.granted AND d.datname = current_database()`,
  );
  expect(rows[0]?.count).toBeGreaterThanOrEqual(count);
}

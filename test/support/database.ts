import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '#platform/database';
import { installJobQueues } from '#platform/jobs';
import { OPERATION_QUEUES } from '#domain/operations';
import { eventually } from './eventually.js';

/** A migrated database of a test file's own. */
export interface TestDatabase {
  url: string;
  /** Disconnects whoever is still connected, and removes it. */
  drop(): Promise<void>;
}

const TEMPLATE = 'migrated_template';
/** Any number, as long as nothing else locks it on the same database. */
const TEMPLATE_LOCK = 7_310_001;

/** Clones the migrated template, which the first to ask makes: a few milliseconds, where migrations take longer. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdministrator(async (client) => {
    await ensureTemplate(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      asAdministrator(async (client) => {
        // Autovacuum may be at work in it, which a client that is no superuser cannot end but only outlast.
        await eventually(() => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      }),
  };
}

/** Test files run side by side: one migrates, the others wait for it. */
async function ensureTemplate(client: pg.Client): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const ready = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [TEMPLATE]);
  if (ready.rowCount === 0) {
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
    await migrate(urlOf(TEMPLATE));
    await installJobQueues(urlOf(TEMPLATE), OPERATION_QUEUES);
    await client.query(`ALTER DATABASE ${TEMPLATE} WITH IS_TEMPLATE true`);
  }
  await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
}

/** On a connection to the test run's PostgreSQL; locks it takes end with it. */
async function asAdministrator(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(serverUrl());
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined)
    throw new Error('TEST_DATABASE_URL is missing: run the tests with the jest.config.js beside them');
  return url;
}

import 'reflect-metadata';
import { join, resolve } from 'node:path';
import type { AddressInfo } from 'node:net';
import { Config, ConfigError, envHelp } from '#platform/config';
import { EmbeddedPostgresError, migrate } from '#platform/database';
import { installJobQueues } from '#platform/jobs';
import { FilesystemBlobStore } from '#platform/storage';
import { OPERATION_QUEUES, OperationWorker } from '#domain/operations';
import { createApi } from './api.js';
import { ensureAdmin, greeting } from './first-start.js';
import { Drain } from './http/drain.js';
import { PublicUrl } from './http/public-url.js';
import { openDatabase } from './open-database.js';

const SAMPLE_FILE = resolve(import.meta.dirname, '../../../../examples/tiny.qcow2');

const USAGE = `Usage: npm start [-- --help]

Starts Diskyard: its PostgreSQL unless DATABASE_URL names one, its migrations, and the API.
Settings come from the environment, or from a file .env in the working directory:

${envHelp()}
`;

/** Starts everything, in the order in which it is needed, and stops it the other way round. */
async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(USAGE);
    return;
  }
  const asked = Config.load();
  const stopRequested = firstSignal();
  const database = await openDatabase(asked);
  try {
    const config = asked.withDatabaseUrl(database.url);
    await migrate(database.url);
    await installJobQueues(database.url, OPERATION_QUEUES);
    const store = await FilesystemBlobStore.open({
      root: join(config.dataDir, 'images'),
      minFreeBytes: config.minFreeBytes,
    });
    const app = await createApi(config, store);
    await app.listen(config.port, config.host);
    const server = app.getHttpServer();
    app.get(PublicUrl, { strict: false }).listensOn((server.address() as AddressInfo).port);
    process.stdout.write(
      greeting(app.get(PublicUrl, { strict: false }).base, await ensureAdmin(app, config), SAMPLE_FILE),
    );
    const worker = app.get(OperationWorker, { strict: false });
    if (config.workerConcurrency > 0) await worker.start(config.workerConcurrency);
    await stopRequested;
    await Promise.all([worker.stop(), app.get(Drain, { strict: false }).run(server, config.shutdownTimeoutMs)]);
    await app.close();
  } finally {
    await database.stop();
  }
}

/** The moment somebody asks the process to stop. A second signal changes nothing: the time to drain is bounded. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}

function describe(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError) return error.message;
  return `Diskyard could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

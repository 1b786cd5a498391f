import 'reflect-metadata';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { Config, ConfigError, envHelp } from '#platform/config';
import { migrate } from '#platform/database';
import { installJobQueues } from '#platform/jobs';
import { FilesystemBlobStore } from '#platform/storage';
import { OPERATION_QUEUES, OperationWorker } from '#domain/operations';
import { WorkerModule } from './worker.module.js';

const USAGE = `Usage: npm run worker [-- --help]

Works on operations for the api processes that share its database (DATABASE_URL) and its store (DATA_DIR). Any number of
them may run; none is needed beside \`npm start\`, which works by itself unless WORKER_CONCURRENCY is 0.
Settings come from the environment, or from a file .env in the working directory:

${envHelp()}
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(USAGE);
    return;
  }
  const config = Config.load();
  if (config.databaseUrl === undefined) {
    throw new ConfigError('A worker needs DATABASE_URL: the PostgreSQL of the api processes that it works for');
  }
  const stopRequested = firstSignal();
  await migrate(config.databaseUrl);
  await installJobQueues(config.databaseUrl, OPERATION_QUEUES);
  const store = await FilesystemBlobStore.open({
    root: join(config.dataDir, 'images'),
    minFreeBytes: config.minFreeBytes,
  });
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, store), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  const worker = app.get(OperationWorker, { strict: false });
  await worker.start(Math.max(1, config.workerConcurrency));
  process.stdout.write('Diskyard works on operations\n');
  await stopRequested;
  await worker.stop();
  await app.close();
}

/** The moment somebody asks the process to stop. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}

try {
  await main();
} catch (error) {
  const text = error instanceof ConfigError ? error.message : `The worker could not start: ${describe(error)}`;
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

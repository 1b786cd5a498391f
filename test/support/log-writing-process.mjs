/**
 * A process of its own that prints into an operation's log, as a worker does:
 * `log-writing-process.mjs OPERATION LINES LINES_A_SECOND [PADDING]`. Database and store come from the environment. It ends once
 * all is written.
 */
import 'reflect-metadata';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from '../../dist/apps/worker/src/worker.module.js';
import { OperationLogs } from '../../dist/libs/domain/operations/index.js';
import { Config } from '../../dist/libs/platform/config/index.js';
import { FilesystemBlobStore } from '../../dist/libs/platform/storage/index.js';

/** So often it prints. */
const TICK_MS = 10;

const [operation = 0, count = 0, linesPerSecond = 1, padding = 0] = process.argv.slice(2).map(Number);
const config = Config.load();
const store = await FilesystemBlobStore.open({ root: join(config.dataDir, 'images') });
const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, store), { logger: false });
const log = app.get(OperationLogs, { strict: false }).open(operation);
const startedMs = performance.now();
for (let line = 0; line < count;) {
  const due = Math.min(count, Math.ceil(((performance.now() - startedMs) / 1000) * linesPerSecond));
  for (; line < due; line++) log.write(`line ${line}${'.'.repeat(padding)}`, 'stdout');
  await log.drained();
  await delay(TICK_MS);
}
await log.close();
await app.close();

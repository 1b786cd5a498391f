import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { Config } from '#platform/config';
import { type BlobStore, FilesystemBlobStore } from '#platform/storage';
import { OperationWorker } from '#domain/operations';
import { createApi } from '../../apps/api/src/api.js';
import { ensureAdmin } from '../../apps/api/src/first-start.js';
import { PublicUrl } from '../../apps/api/src/http/public-url.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { NativeClient } from './native-client.js';

export interface TestApiOptions {
  /** Environment variables, as an operator would set them. */
  readonly env?: Readonly<Record<string, string>>;
  /** A store in the place of files in a temporary directory. */
  readonly store?: BlobStore;
  /** A database of the test's own, which is dropped with the api. */
  readonly database?: TestDatabase;
  /** Whether it also works on operations, as `npm start` does. */
  readonly works?: boolean;
  /** Where the log goes; with LOG_LEVEL in `env`, else it is silent. */
  readonly logTo?: DestinationStream;
}

/** An api of a test file's own: a fresh database, a fresh store, a free port. */
export interface TestApi {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly databaseUrl: string;
  /** Where the store keeps its files; empty of meaning with a store of the test's own. */
  readonly storeDir: string;
  readonly app: INestApplication;
  /** Calls as the first admin, with every scope. */
  readonly admin: NativeClient;
  /** Calls without a credential. */
  readonly anonymous: NativeClient;
  close(): Promise<void>;
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { env = {}, store, database: given, works = false, logTo } = options;
  const database = given ?? (await createTestDatabase());
  const storeDir = await mkdtemp(join(tmpdir(), 'diskyard-test-'));
  const config = Config.parse({
    DATA_DIR: storeDir,
    LOG_LEVEL: 'silent',
    PORT: '0',
    MIN_FREE_BYTES: '0',
    ...env,
    DATABASE_URL: database.url,
  });
  const app = await createApi(config, store ?? (await FilesystemBlobStore.open({ root: storeDir })), logTo);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  app.get(PublicUrl, { strict: false }).listensOn(port);
  const { adminToken } = await ensureAdmin(app, config);
  const worker = app.get(OperationWorker, { strict: false });
  if (works) await worker.start(config.workerConcurrency);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    databaseUrl: database.url,
    storeDir,
    app,
    admin: new NativeClient(url, adminToken ?? env.ADMIN_TOKEN),
    anonymous: new NativeClient(url),
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await worker.stop();
      await app.close();
      await database.drop();
      await rm(storeDir, { recursive: true, force: true });
    },
  };
}

import { rm } from 'node:fs/promises';
import { ApiProcess, type Environment, makeDataDir } from './api-process.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import type { NativeClient } from './native-client.js';

const TOKEN = 'the-token-of-whoever-directs-all-01';

/** An api process, and workers as a test starts them, on one database and one data directory. */
export class Fleet {
  private constructor(
    readonly database: TestDatabase,
    readonly dataDir: string,
    private readonly env: Environment,
    private process: ApiProcess,
    /** Calls as the first admin, whichever process answers. */
    readonly client: NativeClient,
  ) {}

  /** One with the api at work. */
  static async start(env: Environment = {}): Promise<Fleet> {
    const [database, dataDir] = [await createTestDatabase(), await makeDataDir()];
    const all = { LOG_LEVEL: 'warn', ...env, DATABASE_URL: database.url, ADMIN_TOKEN: TOKEN };
    const api = ApiProcess.start(dataDir, { ...all, WORKER_CONCURRENCY: '0' });
    return new Fleet(database, dataDir, all, api, await api.client(TOKEN));
  }

  get api(): ApiProcess {
    return this.process;
  }

  /** Starts another api where the last one listened, and waits until it does. */
  async startApi(): Promise<void> {
    const { port } = new URL(this.client.url);
    this.process = ApiProcess.start(this.dataDir, { ...this.env, PORT: port, WORKER_CONCURRENCY: '0' });
    await this.process.url();
  }

  startWorker(): Promise<ApiProcess> {
    return ApiProcess.startWorker(this.dataDir, this.env).works();
  }

  /** Kills what runs, and removes all of it. */
  async remove(): Promise<void> {
    await ApiProcess.killAll();
    await this.database.drop();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 10 });
  }
}

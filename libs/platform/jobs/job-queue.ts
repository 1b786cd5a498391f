import { Injectable, Logger } from '@nestjs/common';
import { type Db, PgBoss } from 'pg-boss';
import type pg from 'pg';
import { Config } from '#platform/config';
import { Database, Notifications, sturdyPool } from '#platform/database';

/** PostgreSQL's schema for it. */
const SCHEMA = 'jobs';

/** A job that nobody ends within this time is given up; those who do long work keep their own account of it. */
const EXPIRY_S = 23 * 3600;

/** How soon a job is found whose notification was missed. */
const POLL_S = 5;

/** What a job carries: it says what to look at, and whoever works reads the rest from the database. */
export interface JobData {
  readonly id: number;
}

export interface JobOptions {
  /** Not before then. */
  readonly after?: Date | undefined;
}

/** Makes the tables of the queue, and the queues. Safe to call from several processes at once, and again. */
export async function installJobQueues(url: string, queues: readonly string[]): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema: SCHEMA, supervise: false, schedule: false, max: 1 });
  boss.on('error', () => undefined); // of connections; what we ask for fails by itself
  await boss.start();
  for (const name of queues) {
    await boss.createQueue(name, {
      policy: 'short', // one waiting job for each thing; `singletonKey` says which
      notify: true,
      retryLimit: 0,
      expireInSeconds: EXPIRY_S,
      deleteAfterSeconds: 3600,
    });
  }
  await boss.stop({ graceful: false });
}

/** Work for later, or for another process: a queue in PostgreSQL (pg-boss). */
@Injectable()
export class JobQueue {
  private readonly logger = new Logger(JobQueue.name);
  private readonly pool: pg.Pool;
  private readonly worked = new Set<string>();
  private starting: Promise<PgBoss> | undefined;

  constructor(
    config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {
    this.pool = sturdyPool({
      connectionString: config.requireDatabaseUrl(),
      max: 2,
      application_name: 'diskyard jobs',
    });
  }

  /** In the transaction under way, with which it comes or goes. A job with the same id that waits already is enough. */
  async enqueue(queue: string, data: JobData, { after }: JobOptions = {}): Promise<void> {
    const boss = await this.start();
    const executeSql: Db['executeSql'] = async (text, values) => ({
      rows: await this.database.query(text, values),
    });
    await boss.send(queue, data, {
      singletonKey: String(data.id),
      ...(after && { startAfter: after }),
      db: { executeSql },
    });
  }

  /** What the jobs of a queue are about that nobody has taken yet, those for later included. */
  async listWaiting(queue: string): Promise<Set<number>> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT (data ->> 'id')::int AS id FROM ${SCHEMA}.job WHERE name = $1 AND state IN ('created', 'retry')`,
      [queue],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Takes jobs as they come, `concurrency` at a time. `handle` must not throw: what became of the work is its to note. */
  async work(queue: string, concurrency: number, handle: (data: JobData) => Promise<void>): Promise<void> {
    const boss = await this.start();
    this.worked.add(queue);
    const options = {
      localConcurrency: concurrency,
      batchSize: 1,
      pollingIntervalSeconds: POLL_S,
      notifyPollingIntervalSeconds: POLL_S,
    };
    await boss.work<JobData>(queue, options, async ([job]) => {
      if (job) await handle(job.data);
    });
  }

  /** Takes no further job from now on, and waits for those at work, who are to be told to make an end. */
  async stopWorking(): Promise<void> {
    const boss = await this.starting?.catch(() => undefined);
    await Promise.all([...this.worked].map(async (queue) => boss?.offWork(queue, { wait: true })));
  }

  async close(): Promise<void> {
    const boss = await this.starting?.catch(() => undefined);
    await boss?.stop({ graceful: false, close: false });
    await this.pool.end();
  }

  private start(): Promise<PgBoss> {
    this.starting ??= this.open();
    this.starting.catch(() => (this.starting = undefined));
    return this.starting;
  }

  private async open(): Promise<PgBoss> {
    const boss = new PgBoss({
      db: this.asDatabase(),
      schema: SCHEMA,
      migrate: false,
      schedule: false,
      useListenNotify: true,
    });
    boss.on('error', (error) => this.logger.warn({ err: error }, 'the job queue reports an error'));
    await boss.start();
    return boss;
  }

  /** Our connections in the place of the library's own. */
  private asDatabase(): Db {
    return {
      executeSql: async (text, values) => ({ rows: (await this.pool.query(text, values)).rows as unknown[] }),
      listen: async (channel, onMessage, onGap) => {
        const stop = await this.notifications.listen(channel, { onMessage, onGap });
        return {
          close: () => {
            stop();
            return Promise.resolve();
          },
        };
      },
    };
  }
}

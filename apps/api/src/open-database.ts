import type { Config } from '#platform/config';
import { startEmbeddedPostgres } from '#platform/database';

/** A PostgreSQL that answers, and how to end it. */
export interface RunningDatabase {
  readonly url: string;
  /** Does nothing to a server that was not started here. */
  stop(): Promise<void>;
}

/** The operator's own PostgreSQL, or one that is started for this process and keeps its data in the data directory. */
export async function openDatabase({ databaseUrl, dataDir }: Config): Promise<RunningDatabase> {
  if (databaseUrl !== undefined) return { url: databaseUrl, stop: () => Promise.resolve() };
  return startEmbeddedPostgres({
    dataDir,
    log: (line) => {
      process.stderr.write(`${JSON.stringify({ level: 30, time: Date.now(), context: 'PostgreSQL', msg: line })}\n`);
    },
  });
}

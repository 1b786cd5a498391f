import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresAccount } from './account.js';
import { findBinaries } from './binaries.js';
import { createCluster, ROLE, setPassword, type Site } from './cluster.js';
import { type Connection, newPassword, readConnection, writeConnection } from './connection-file.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { freePort } from './free-port.js';
import { clearTheWay } from './orphan.js';
import { findCluster, placeCluster, recordedPlace } from './placement.js';
import { type Postmaster, PostmasterFailed, startPostmaster } from './postmaster.js';
import { lockDataDirectory } from './server-lock.js';

export interface EmbeddedPostgresOptions {
  /** Made when missing. The cluster is its folder `postgres`; see docs/running.md for the exception. */
  dataDir: string;
  /** The TCP port on 127.0.0.1; without it a free one is picked, and kept for the next starts while it stays free. */
  port?: number;
  /** Told what happens, a line at a time: ours, and PostgreSQL's own messages. */
  log: (line: string) => void;
  /** False gives up safety against power cuts for speed; for tests. Default true. */
  durable?: boolean;
}

export interface EmbeddedDatabase {
  /** `postgres://diskyard:…@127.0.0.1:<port>/diskyard`; holds the password, so not for logs. */
  readonly url: string;
  /** Shuts PostgreSQL down in good order and waits for it; may be called again. */
  stop(): Promise<void>;
}

/** Backends that outlived a killed postmaster notice at once, or when their statement ends. */
const STRAGGLER_PATIENCE_MS = 30_000;
const PORT_ATTEMPTS = 10;

/**
 * Runs PostgreSQL on a data directory, after making its cluster if there is none, and after clearing up what an
 * earlier, killed server left. As root PostgreSQL runs as a system user of its own.
 *
 * @throws EmbeddedPostgresError with a message for the operator: the directory is in use, PostgreSQL does not run here …
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedDatabase> {
  if (process.platform === 'win32') throw new EmbeddedPostgresError('on Windows, set DATABASE_URL to a PostgreSQL');
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const locks = [await lockDataDirectory(dataDir)];
  const unlock = async () => {
    for (const release of locks.splice(0)) await release();
  };
  try {
    return await run(dataDir, options, locks, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function run(
  dataDir: string,
  options: EmbeddedPostgresOptions,
  locks: (() => Promise<void>)[],
  unlock: () => Promise<void>,
): Promise<EmbeddedDatabase> {
  const known = await readConnection(dataDir);
  const existing = await findCluster(dataDir, known);
  const account = await postgresAccount(existing, options.log);
  const site = { account, binaries: await findBinaries(account), durable: options.durable ?? true, log: options.log };
  // A copy of a data directory still names the original's cluster elsewhere; only one of them may run it.
  if (existing !== undefined && dirname(existing) !== dataDir) locks.push(await lockDataDirectory(dirname(existing)));
  const { cluster, connection } = await openCluster(site, dataDir, existing, known);
  const { postmaster, port } = await launch(site, cluster, options.port, connection.port);
  try {
    await writeConnection(dataDir, { ...connection, port, cluster: recordedPlace(dataDir, cluster) });
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
  const url = `postgres://${ROLE}:${connection.password}@127.0.0.1:${port}/${ROLE}`;
  let stopped: Promise<void> | undefined;
  return { url, stop: () => (stopped ??= postmaster.stop().then(unlock)) };
}

/** The cluster, ready to be started, and its password. */
async function openCluster(
  site: Site,
  dataDir: string,
  existing: string | undefined,
  known: Connection | undefined,
): Promise<{ cluster: string; connection: Connection }> {
  const connection = known ?? { password: newPassword() };
  if (existing !== undefined) {
    await clearTheWay(existing, site.log);
    if (!known) await setPassword(site, existing, connection.password);
    return { cluster: existing, connection };
  }
  // The password first: a crash in between must not leave a cluster that nobody can open.
  if (!known) await writeConnection(dataDir, connection);
  const cluster = await placeCluster(dataDir, site.account);
  site.log(`making a new PostgreSQL cluster at ${cluster}`);
  await createCluster(site, cluster, connection.password);
  return { cluster, connection };
}

/** Starts PostgreSQL on the port that was asked for, or else the one of last time, or else any that is free. */
async function launch(
  site: Site,
  cluster: string,
  fixedPort: number | undefined,
  lastPort: number | undefined,
): Promise<{ postmaster: Postmaster; port: number }> {
  const deadline = Date.now() + STRAGGLER_PATIENCE_MS;
  let port = fixedPort ?? lastPort ?? (await freePort());
  for (let attempt = 1; ;) {
    try {
      return { postmaster: await startPostmaster(site, cluster, port), port };
    } catch (error) {
      if (!(error instanceof PostmasterFailed)) throw error;
      if (portIsTaken(error) && fixedPort === undefined && attempt++ < PORT_ATTEMPTS) {
        site.log(`port ${port} is taken by another program; using another`);
        port = await freePort();
      } else if (hasStragglers(error) && Date.now() < deadline) await delay(200);
      else throw new EmbeddedPostgresError(explain(error, cluster, port), { cause: error });
    }
  }
}

function portIsTaken({ output }: PostmasterFailed): boolean {
  return output.some((line) => line.includes('could not create any TCP/IP sockets'));
}

/** PostgreSQL found the shared memory of an earlier run still in use by that run's backends. */
function hasStragglers({ output }: PostmasterFailed): boolean {
  return output.some((line) => line.includes('pre-existing shared memory block') && line.includes('still in use'));
}

function explain(error: PostmasterFailed, cluster: string, port: number): string {
  if (portIsTaken(error)) return `port ${port} for PostgreSQL is taken by another program`;
  return `PostgreSQL does not start on ${cluster}. It says: ${error.output.slice(-6).join(' | ')}`;
}

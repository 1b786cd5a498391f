/** What one test run has to itself: a temporary folder, and in it a fresh PostgreSQL that has no regard for power cuts. */
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { startEmbeddedPostgres } from '../../dist/libs/platform/database/embedded/embedded-database.js';
import { clearTheWay } from '../../dist/libs/platform/database/embedded/orphan.js';

const FOLDER = /^diskyard-test-(\d+)-/;
const DATA = 'data';

/**
 * Starts it, after removing what killed runs left. `stop` or a signal stops PostgreSQL and removes the folder; a kill -9
 * stops PostgreSQL too, and leaves the folder to the next run.
 *
 * @returns {Promise<{ folder: string, url: string, stop: () => Promise<void> }>}
 */
export async function startTestPostgres() {
  await sweepLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `diskyard-test-${process.pid}-`));
  // As root, PostgreSQL runs as a system user who has to get in.
  await chmod(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: join(folder, DATA), durable: false, log: () => undefined });
  let stopped;
  const stop = () => (stopped ??= database.stop().then(() => removeFiles(folder)));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    const exit = () => process.exit(128 + constants.signals[signal]);
    process.once(signal, () => void stop().then(exit, exit));
  }
  return { folder, url: database.url, stop };
}

async function sweepLeftovers() {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(FOLDER.exec(name)?.[1]);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    // Another user's leftovers are theirs to sweep.
    await clearTheWay(join(folder, DATA, 'postgres'), () => undefined)
      .then(() => removeFiles(folder))
      .catch(() => undefined);
  }
}

async function removeFiles(folder) {
  const { cluster } = JSON.parse(await readFile(join(folder, DATA, 'postgres.json'), 'utf8').catch(() => '{}'));
  // Where root's temporary folder is private, the cluster is in a folder of its own elsewhere.
  if (cluster && isAbsolute(cluster)) await rm(dirname(cluster), { recursive: true, force: true });
  // Servers that a test started may still be about to notice that it is over.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { identify } from './processes.js';

const LOCK_FILE = /^\.server-(\d+)-[0-9a-f]+\.lock$/;
const ATTEMPTS = 5;

/**
 * Makes this process the only server of a data directory until the returned function is called or the process dies.
 *
 * Announce, then look: each server first writes a file of its own, then reads everybody's. Of two servers at least the
 * later one to announce sees the other, so no two can both pass, and a dead server's file (its process is gone, or its
 * number now belongs to another process) is simply removed. Two that announce at the same moment both step back and try
 * again after a random pause.
 *
 * @throws EmbeddedPostgresError when another server runs on the directory
 */
export async function lockDataDirectory(dataDir: string): Promise<() => Promise<void>> {
  let holder: number | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const own = await announce(dataDir);
    holder = await findOther(dataDir, own);
    const release = () => rm(join(dataDir, own), { force: true });
    if (holder === undefined) return release;
    await release();
    await delay(20 + Math.random() * 100);
  }
  throw new EmbeddedPostgresError(
    `another server (process ${holder}) is already running on the data directory ${dataDir}; ` +
      'stop it first, or give this one a DATA_DIR of its own',
  );
}

async function announce(dataDir: string): Promise<string> {
  const name = `.server-${process.pid}-${randomBytes(6).toString('hex')}.lock`;
  const unfinished = join(dataDir, `${name}.new`);
  await writeFile(unfinished, (await identify(process.pid)) ?? '', { mode: 0o644 });
  await rename(unfinished, join(dataDir, name));
  return name;
}

/** The process id of another living server, after removing what dead ones left. */
async function findOther(dataDir: string, own: string): Promise<number | undefined> {
  for (const name of await readdir(dataDir)) {
    const pid = Number(LOCK_FILE.exec(name)?.[1]);
    if (name === own || Number.isNaN(pid)) continue;
    const identity = await readFile(join(dataDir, name), 'utf8').catch(() => undefined);
    if (identity === undefined) continue;
    if ((await identify(pid)) === identity) return pid;
    await rm(join(dataDir, name), { force: true });
  }
  return undefined;
}

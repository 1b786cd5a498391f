import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { runsAsRoot } from './stand-alone.js';

/** Rows of one statement on a connection of its own. */
export async function query(url: string, text: string): Promise<object[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The user id that a process runs as. */
export async function processOwner(pid: number): Promise<number> {
  if (process.platform === 'linux') return (await stat(`/proc/${pid}`)).uid;
  return Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** Waits until PostgreSQL has shut down in good order: the last thing it does is to remove its pid file. */
export async function untilShutDown(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  while (await stat(pidFile).catch(() => undefined)) await delay(10);
}

/** A process of the user that has nothing to do with PostgreSQL, and lasts until it is killed. */
export async function spawnStranger(uid: number): Promise<ChildProcess> {
  const stranger = spawn('/bin/sh', ['-c', 'read -r _'], { ...(runsAsRoot && { uid }), cwd: '/' });
  await once(stranger, 'spawn');
  return stranger;
}

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inRoot } from './paths.mjs';

/** Scratch space; ignores itself, so that git never sees it. */
export const SCRATCH = inRoot('.bootstrap');
const LOCK = inRoot('.bootstrap/lock');
const HEARTBEAT_MS = 2_000;
const PRESUMED_DEAD_MS = 30_000;

/**
 * Runs `work` while no other npm command in this checkout installs or builds.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(SCRATCH, { recursive: true });
  writeFileSync(inRoot('.bootstrap/.gitignore'), '*\n');
  for (let waiting = false; !tryLock(); await delay(200)) {
    if (!waiting) console.log('Waiting for another npm command that is installing or building here ...');
    waiting = true;
  }
  const heartbeat = setInterval(() => utimesSync(LOCK, new Date(), new Date()), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(LOCK, { force: true });
  }
}

function tryLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfAbandoned();
    return false;
  }
}

/** Its process is gone, or has shown no sign of life (the number may be another program's by now). */
function removeIfAbandoned() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'));
    const silentMs = Date.now() - statSync(LOCK).mtimeMs;
    if (silentMs < PRESUMED_DEAD_MS && (pid === 0 || isAlive(pid))) return;
    // Of several that find it abandoned, one gets to move it; the others find it gone, or a living one's.
    renameSync(LOCK, `${LOCK}.${process.pid}`);
    rmSync(`${LOCK}.${process.pid}`);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

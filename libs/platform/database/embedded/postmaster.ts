import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, runAs } from './account.js';
import type { Site } from './cluster.js';
import { TOOL_ENVIRONMENT } from './tool.js';

/** A running PostgreSQL. */
export interface Postmaster {
  /** Disconnects clients, writes everything, and waits for the process to end. */
  stop(): Promise<void>;
}

/** PostgreSQL ended before it was ready; `output` is what it said, a line each. */
export class PostmasterFailed extends Error {
  override readonly name = 'PostmasterFailed';
  constructor(readonly output: string[]) {
    super(`PostgreSQL did not start: ${output.slice(-6).join(' | ')}`);
  }
}

const SPEED_OVER_DURABILITY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts PostgreSQL on a cluster and waits until it accepts connections on 127.0.0.1; after a crash that includes
 * recovery, however long it takes.
 *
 * It runs in a process group of its own, so the terminal's Ctrl-C reaches only us, and we drain before we stop it.
 *
 * @throws PostmasterFailed
 */
export async function startPostmaster(site: Site, cluster: string, port: number): Promise<Postmaster> {
  const options = { ...runAs(site.account), cwd: '/', env: TOOL_ENVIRONMENT, detached: true };
  const child = spawn(site.binaries.postgres, postmasterArguments(site, cluster, port), {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    output.push(line);
    if (output.length > 20) output.shift();
    site.log(line);
  });
  const pid = child.pid;
  if (pid === undefined) throw new PostmasterFailed([String((await once(child, 'error'))[0])]);
  const closed = once(child, 'close');
  const guard = stopWhenWeDie(pid, site.account);
  child.once('exit', () => guard.kill('SIGKILL'));
  await untilReady(child, cluster, pid);
  if (hasEnded(child)) {
    await closed;
    throw new PostmasterFailed(output);
  }
  return watch(child, closed, site);
}

function watch(child: ChildProcess, closed: Promise<unknown>, site: Site): Postmaster {
  let stopping = false;
  child.once('exit', (code, signal) => {
    if (!stopping) site.log(`PostgreSQL ended unexpectedly (${signal ?? `exit code ${code}`})`);
  });
  return {
    stop: async () => {
      stopping = true;
      if (!hasEnded(child)) child.kill('SIGINT');
      await closed;
    },
  };
}

function postmasterArguments(site: Site, cluster: string, port: number): string[] {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'logging_collector=off',
    'log_destination=stderr',
    'log_line_prefix=',
    'log_checkpoints=off',
    // A failed statement is the application's to report; its text may hold what no log should.
    'log_min_messages=log',
    ...(site.durable ? [] : SPEED_OVER_DURABILITY),
  ];
  return ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
}

/**
 * A dead man's switch: a shell that waits for the end of a pipe whose other end is ours, and then shuts PostgreSQL
 * down. The system closes our end however we die, kill -9 included, so PostgreSQL never stays behind for long.
 */
function stopWhenWeDie(pid: number, account: Account | undefined): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(pid)], {
    ...runAs(account),
    cwd: '/',
    env: TOOL_ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it things still work: the next start clears up.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return guard;
}

/** As pg_ctl does: the eighth line of postmaster.pid says "ready" once connections are accepted. */
async function untilReady(child: ChildProcess, cluster: string, pid: number): Promise<void> {
  while (!hasEnded(child)) {
    const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready') return;
    await delay(20);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

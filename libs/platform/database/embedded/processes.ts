import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What tells a running process from a later one with the same number: when it was started, and in which boot.
 * `undefined` when there is no such process; a zombie counts as gone, since it holds nothing any more.
 */
export async function identify(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

/** The command line of a running process, its arguments joined by spaces; `undefined` when it cannot be seen. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  const raw = await read(`/proc/${pid}/cmdline`);
  return raw?.split('\0').join(' ').trim();
}

/** Waits until the process is gone. Returns false when it still runs after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const identity = await identify(pid);
  const deadline = Date.now() + timeoutMs;
  while (identity !== undefined && (await identify(pid)) === identity) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

/** See proc_pid_stat(5): after the name in parentheses come the state (field 3) and, as field 22, the start time. */
async function identifyByProc(pid: number): Promise<string | undefined> {
  const stat = await read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = await read('/proc/sys/kernel/random/boot_id');
  return `${boot?.trim() ?? ''} ${fields[19] ?? ''}`;
}

async function identifyByPs(pid: number): Promise<string | undefined> {
  const line = await ps(pid, 'state=,lstart=');
  return line === undefined || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

function ps(pid: number, columns: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      'ps',
      ['-ww', '-o', columns, '-p', String(pid)],
      { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } },
      (error, out) => {
        resolve(error || out.trim() === '' ? undefined : out.trim());
      },
    );
  });
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

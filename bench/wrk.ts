import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

export const CONNECTIONS = 16;

/** What wrk reports of one run. */
export interface WrkResult {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

/** A load that lasts as long as asked, or until `stop`. */
export interface WrkRun {
  readonly result: Promise<WrkResult>;
  stop(): void;
}

/** @throws Error that says what to install */
export function assertWrk(): void {
  if (spawnSync('wrk', ['-v']).error === undefined) return;
  throw new Error(
    'wrk is not installed; it generates the load. Debian and Ubuntu: apt-get install wrk; macOS: brew install wrk',
  );
}

/** As many requests as 16 connections get answered, by one thread. */
export function startWrk(url: string, headers: Readonly<Record<string, string>>, seconds: number): WrkRun {
  const headerArguments = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '10s', '--latency', ...headerArguments, url];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return { result: text(child.stdout).then(readReport), stop: () => child.kill('SIGINT') };
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

function readReport(report: string): WrkResult {
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(report) ?? [];
  if (Number.isNaN(requestsPerSecond) || report.includes('Non-2xx')) throw new Error(`wrk says:\n${report}`);
  return { requestsPerSecond, p99Ms: Number(p99) * (UNIT_MS[unit] ?? Number.NaN) };
}

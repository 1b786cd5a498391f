import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Identity, StandAlone } from './stand-alone.js';

interface Report {
  log?: string;
  url?: string;
  error?: string;
}

/** A process that runs `server.mjs`, leader of its own process group as a shell's job is. */
export class ServerProcess {
  readonly log: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private reports: AsyncIterator<Report>;

  constructor(installation: StandAlone, user: Identity, dataDir: string) {
    this.child = spawn(installation.node, [installation.server, dataDir], {
      ...user,
      detached: true,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.child, 'exit');
    this.reports = this.read();
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the server process was not started');
    return this.child.pid;
  }

  /** The database's URL, once it is up. @throws Error with the message the server failed with */
  async url(): Promise<string> {
    const report = await this.next(({ url, error }) => url !== undefined || error !== undefined);
    if (report.url === undefined) throw new Error(report.error);
    return report.url;
  }

  /** Waits for a log line with this text. */
  async logged(text: string): Promise<void> {
    await this.next(({ log }) => log?.includes(text) ?? false);
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }

  /** What a terminal does on Ctrl-C. */
  interruptGroup(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  private async next(wanted: (report: Report) => boolean): Promise<Report> {
    for (;;) {
      const { value, done } = await this.reports.next();
      if (done) throw new Error(`the server ended early: ${this.log.join(' | ')}`);
      if (wanted(value)) return value;
    }
  }

  private async *read(): AsyncGenerator<Report> {
    if (!this.child.stdout) return;
    for await (const line of createInterface({ input: this.child.stdout })) {
      // Written by server.mjs, whose lines have this shape.
      const report = JSON.parse(line) as Report;
      if (report.log !== undefined) this.log.push(report.log);
      yield report;
    }
  }
}

/** The process id in a cluster's postmaster.pid. */
export async function postmasterPid(cluster: string): Promise<number> {
  return Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

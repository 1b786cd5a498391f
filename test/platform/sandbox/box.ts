import type { ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Sandbox, type SandboxJob, type SandboxMode } from '#platform/sandbox';
import { startSource } from './source-process.js';

const PROGRAM = fileURLToPath(new URL('./sandbox-process.ts', import.meta.url));

/** What every job of these tests may have, unless it says otherwise. */
export const LIMITS = { cpuSeconds: 20, memoryBytes: 2 ** 29, fileBytes: 2 ** 20, wallMs: 30_000, processes: 32 };

interface Surroundings {
  readonly user?: number;
  readonly within?: readonly string[];
}

/** A folder with a sandbox, for jobs written as shell scripts. */
export class Box {
  private constructor(readonly dir: string) {}

  static async create(): Promise<Box> {
    return new Box(await mkdtemp(join(tmpdir(), 'box-')));
  }

  job(script: string, more: Partial<SandboxJob> = {}): SandboxJob {
    const args = ['-c', script, ...(more.args ?? [])];
    return { command: 'sh', dir: this.dir, limits: LIMITS, ...more, args };
  }

  /** What the script prints. */
  async print(script: string, more: Partial<SandboxJob> = {}, mode: SandboxMode = 'bubblewrap'): Promise<string> {
    const printed: Buffer[] = [];
    await new Sandbox(mode).run(this.job(script, more), (chunk) => printed.push(chunk));
    return Buffer.concat(printed).toString();
  }

  /** The same in a process of its own: as the user with that number, and within what a command makes of the machine. */
  process(script: string, { user, within = [] }: Surroundings = {}): ChildProcessByStdio<null, Readable, null> {
    const args = [JSON.stringify(this.job(script)), ...(user === undefined ? [] : [String(user)])];
    return startSource(PROGRAM, args, within);
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** How many processes on this machine have `words` in their command line. */
export async function countRunning(words: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.replaceAll('\0', ' ').includes(words)).length;
}

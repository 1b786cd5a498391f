import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment } from './api-process.js';

const MAIN = join(import.meta.dirname, '../../dist/apps/worker/src/main.js');

/** A worker in a process of its own, which a test may kill. */
export class WorkerProcess {
  private static readonly running = new Set<ChildProcess>();

  private constructor(private readonly child: ChildProcess) {}

  /** Starts one, and waits until it takes operations. */
  static async start(dataDir: string, env: Environment): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [MAIN], {
      cwd: dataDir, // where no .env is
      env: { PATH: process.env.PATH, MIN_FREE_BYTES: '0', LOG_LEVEL: 'error', DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    WorkerProcess.running.add(child);
    child.once('close', () => WorkerProcess.running.delete(child));
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    return new WorkerProcess(child);
  }

  /** Kills what a test left running, and waits for its end. */
  static async killAll(): Promise<void> {
    for (const child of WorkerProcess.running) await new WorkerProcess(child).kill('SIGKILL');
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill(signal);
    await ended;
  }
}

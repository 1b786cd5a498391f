import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A program under measurement, in a process of its own. */
export interface Program {
  readonly pid: number;
  /** Without a trailing slash. */
  readonly url: string;
  /** What it printed up to and with the line that names its URL, and whatever came since. */
  readonly output: readonly string[];
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

/** Runs `script` on this Node until it says where it listens. Its standard error goes to the file `log`. */
export async function startProgram(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<Program> {
  const stderr = openSync(log, 'a');
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', stderr] });
  const { stdout } = child;
  if (!stdout) throw new Error('A pipe was asked for');
  closeSync(stderr);
  running.add(child);
  const output: string[] = [];
  const exit = once(child, 'exit').then(() => running.delete(child));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      output.push(line);
      const found = / listens on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exit.then(() => reject(new Error(`${script} ended before it listened; see ${log}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exit;
  };
  return { pid: child.pid ?? 0, url, output, stop };
}

const running = new Set<ChildProcess>();

/** For a bench that is interrupted: what it started must not outlive it. */
export function stopAllPrograms(): void {
  for (const child of running) child.kill('SIGTERM');
}

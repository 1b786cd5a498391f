import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Runs a program of ours from source in a process of its own, `within` what a command makes of the machine. */
export function startSource(
  program: string,
  args: readonly string[],
  within: readonly string[] = [],
): ChildProcessByStdio<null, Readable, null> {
  const source = ['--no-warnings', '--conditions=source', '--experimental-transform-types'];
  const imports = `--import=${join(ROOT, 'scripts/typescript-imports.mjs')}`;
  const [command = '', ...line] = [...within, process.execPath, ...source, imports, program, ...args];
  return spawn(command, line, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
}

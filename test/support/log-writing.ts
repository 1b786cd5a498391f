import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment } from './api-process.js';

const PROGRAM = join(import.meta.dirname, 'log-writing-process.mjs');

/** What is to be printed into the log of an operation. */
export interface Printing {
  readonly lines: number;
  readonly linesPerSecond: number;
  /** Bytes more than a line would have. */
  readonly padding?: number;
}

/** Prints from a process of its own; resolves when all is written. */
export async function printElsewhere(
  operationId: number,
  { lines, linesPerSecond, padding = 0 }: Printing,
  env: Environment,
): Promise<void> {
  const args = [PROGRAM, operationId, lines, linesPerSecond, padding].map(String);
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`it could not print: ${problems}`);
}

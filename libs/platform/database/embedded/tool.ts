import { spawn } from 'node:child_process';
import { type Account, runAs } from './account.js';

/** The environment of PostgreSQL's programs: nothing of ours, in particular no PG* variable, and English messages. */
export const TOOL_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * Runs a program as the account to its end and returns what it printed.
 *
 * @param input text for its standard input
 * @throws Error with the program's last lines when it cannot be started or fails
 */
export function runTool(command: string, args: string[], account: Account | undefined, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    // From "/", since the account may not be allowed into our working directory.
    const child = spawn(command, args, { ...runAs(account), cwd: '/', env: TOOL_ENVIRONMENT, stdio: 'pipe' });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    // A program that ends before it has read its input is judged by its exit code.
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(new Error(`${command} failed (${signal ?? code}): ${output.trim().split('\n').slice(-8).join('\n')}`));
    });
  });
}

import type { SandboxLimits } from './sandbox-job.js';

/** Of util-linux: sets the limits, then becomes the program. */
const PRLIMIT = 'prlimit';

/**
 * The command that sets the limits for the program that follows. The CPU's hard limit is a second later, so that the
 * program dies of the signal that tells why.
 */
export function limitedBy({ cpuSeconds, memoryBytes, fileBytes }: SandboxLimits, ...more: readonly string[]): string[] {
  const pair = (limit: number): string => `${limit}:${limit}`;
  return [
    PRLIMIT,
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
    `--as=${pair(memoryBytes)}`,
    `--fsize=${pair(fileBytes)}`,
    '--core=0:0',
    ...more,
    '--',
  ];
}

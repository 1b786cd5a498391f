import type { SandboxLimits } from './sandbox-job.js';

/** Of util-linux: sets the limits, then becomes the program. */
const PRLIMIT = 'prlimit';

/**
 * The command that sets the limits for the program that follows. The CPU's hard limit is a second later, so that the
 * program dies of the signal that tells why.
 */
export function limitedBy(
  { cpuSeconds, fileBytes }: Pick<SandboxLimits, 'cpuSeconds' | 'fileBytes'>,
  ...more: readonly string[]
): string[] {
  const cpu = `--cpu=${cpuSeconds}:${cpuSeconds + 1}`;
  return [PRLIMIT, cpu, hard('fsize', fileBytes), hard('core', 0), ...more, '--'];
}

/** An option of `prlimit`: a limit that the program cannot raise. */
export const hard = (resource: 'as' | 'core' | 'data' | 'fsize' | 'nproc', limit: number): string =>
  `--${resource}=${limit}:${limit}`;

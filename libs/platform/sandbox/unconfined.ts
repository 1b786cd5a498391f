import type { Confined, Confinement } from './confinement.js';
import { hard, limitedBy } from './resource-limits.js';
import { type SandboxJob, worded } from './sandbox-job.js';

/**
 * `SANDBOX=none`: limits of time, memory and file size, and nothing else. The program sees our files and the network. The
 * number of processes is not limited, since that would count those of the whole user.
 */
export class Unconfined implements Confinement {
  readonly remedy = 'install the package util-linux (Debian, Ubuntu, Fedora), which has setpriv and prlimit';

  async confine({ command, args, dir, limits }: SandboxJob): Promise<Confined> {
    const words = args.map((arg) => (typeof arg === 'string' ? arg : worded(arg, arg.readOnlyFile)));
    // Ends with us, as far as one process goes.
    const line = [
      'setpriv',
      '--pdeathsig=KILL',
      '--',
      ...limitedBy(limits, hard('as', limits.memoryBytes)),
      command,
      ...words,
    ];
    return { line, cwd: dir, release: () => Promise.resolve() };
  }
}

import type { Duplex } from 'node:stream';
import type { SandboxJob } from './sandbox-job.js';

/** A job made ready to be started. */
export interface Confined {
  /** The command line, the wrapping programs first. */
  readonly line: readonly string[];
  readonly cwd: string;
  /** Besides the sandbox's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Makes ready what only we can, before anything of the program runs. The wrapping programs talk to us by descriptor 3,
   * whose other end `channel` is; `pid` is the first of them.
   */
  readonly prepare?: (channel: Duplex, pid: number) => Promise<void>;
  /** Ends the program from inside, so that all of it is gone before the wrapping programs are. False where it cannot. */
  readonly killInside?: () => boolean;
  /** To be called when nothing of it runs any more: the job's folder is ours again. */
  release(): Promise<void>;
}

/** A way of holding programs back. */
export interface Confinement {
  confine(job: SandboxJob): Promise<Confined>;
  /** What an operator can do when even the simplest program cannot be started this way. */
  readonly remedy: string;
}

/** The whole environment of what runs in here. */
export const SANDBOX_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  // Each thread would reserve 64 MiB of address space for its own heap, and so reach the limit without using it.
  MALLOC_ARENA_MAX: '2',
};

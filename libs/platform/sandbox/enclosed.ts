import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Confined } from './confinement.js';
import { enclosureLine, wrappersOf } from './enclosure-line.js';
import type { EnclosureJob } from './enclosure-job.js';
import type { UserRange } from './user-range.js';

/** A job made ready to run in an enclosure. */
export class Enclosed implements Confined {
  readonly cwd = '/';
  /** The outermost process that has the run's namespace of users: bubblewrap, whose one child is process 1 inside. */
  private keeper: number | undefined;

  private constructor(
    readonly line: readonly string[],
    readonly environment: Readonly<Record<string, string>>,
    private readonly range: UserRange,
    private readonly wrappers: number,
  ) {}

  static async of(job: EnclosureJob, range: UserRange, isRoot: boolean): Promise<Enclosed> {
    // Bubblewrap's parent has none of these folders: a home that nobody else looks into, and room for large files.
    const environment = { HOME: '/tmp', XDG_RUNTIME_DIR: '/tmp', TMPDIR: '/work/tmp', ...job.environment };
    return new Enclosed(await enclosureLine(job, isRoot), environment, range, wrappersOf(isRoot));
  }

  /** Process 1 inside, while there is one. */
  get first(): number | undefined {
    return this.keeper === undefined ? undefined : onlyChild(this.keeper);
  }

  /**
   * Process 1 inside, as soon as it has started the program: its namespaces are made ready then, the loopback of its network
   * too, which two would trip over. None where all of it ends before.
   */
  async begun(hasEnded: () => boolean): Promise<number | undefined> {
    while (!hasEnded()) {
      const { first } = this;
      if (first !== undefined && onlyChild(first) !== undefined) return first;
      await setTimeout(5);
    }
    return undefined;
  }

  /** Gives the new user namespace its users. Does nothing where the wrapping programs end before they ask. */
  async prepare(channel: Duplex, pid: number): Promise<void> {
    if (!(await isAskedFor(channel))) return;
    let keeper: number | undefined = pid;
    for (let depth = 0; depth < this.wrappers && keeper !== undefined; depth++) keeper = onlyChild(keeper);
    if (keeper === undefined) return;
    this.keeper = keeper;
    await this.range.map(keeper);
    await new Promise<void>((resolve) => channel.end('\n', resolve));
  }

  /** With process 1 all others inside end, and bubblewrap only after them. */
  killInside(): boolean {
    const first = this.first;
    const victim = first ?? this.keeper;
    if (victim === undefined) return false;
    try {
      process.kill(victim, 'SIGKILL');
    } catch {
      return false; // it has ended by itself meanwhile
    }
    return first !== undefined;
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/** Of a process with one thread, as bubblewrap is. None where it has ended. */
function onlyChild(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return Number(children.split(' ')[0]) || undefined;
  } catch {
    return undefined;
  }
}

/** Whether a word comes from the other end before it closes. */
function isAskedFor(channel: Duplex): Promise<boolean> {
  return new Promise((resolve, reject) => {
    channel.once('data', () => resolve(true));
    channel.once('close', () => resolve(false));
    channel.once('end', () => resolve(false));
    channel.once('error', reject);
  });
}

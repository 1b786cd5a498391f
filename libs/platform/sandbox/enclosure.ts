import { execFile } from 'node:child_process';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { translateAddresses } from './address-translation.js';
import { Enclosed } from './enclosed.js';
import type { EnclosureJob, EnclosureLimits } from './enclosure-job.js';
import { type OnLine, readLines, readWhole } from './line-reader.js';
import { watchRun } from './run-watch.js';
import type { SandboxMode } from './sandbox.js';
import { SandboxUnavailableError } from './sandbox.errors.js';
import { SandboxedProcess } from './sandboxed-process.js';
import { RANGE_OF_ROOT, rangeOfUser, type UserRange } from './user-range.js';

const GIB = 2 ** 30;

/** What we run ourselves beside the job: it is to end, not to be held back. */
const HOUSEKEEPING: EnclosureLimits = {
  cpuSeconds: 3600,
  memoryBytes: GIB,
  fileBytes: 0,
  diskBytes: Number.POSITIVE_INFINITY,
  wallMs: 3_600_000,
  processes: 16,
};

/** A disk has room for so many files only, empty ones too: ext4 makes one place for each 16 KiB. */
const BYTES_PER_FILE = 16 * 1024;

/** Prints the bytes of folders, then the number of their files. */
const MEASURE =
  'for what in --block-size=1 --inodes; do du --summarize --total --one-file-system "$what" -- "$@" | tail -n 1; done';

const REMEDY =
  'install the packages bubblewrap (0.8 or newer) and util-linux, and let the kernel make user namespaces (the sysctl ' +
  'settings user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns; ' +
  'in a container, a security profile that allows them, and an uncovered /proc)';

/**
 * Runs programs that want to be root, such as a build: root among 65,536 users of its own, none of whom is anybody on this
 * machine, with processes, mounts, IPC, host name and network of its own. Of our files they see `/usr`, read-only, and
 * what they are given. What it holds back, and what not, is in docs/builds.md.
 *
 * Start it from the main thread: what a worker thread has started ends with that thread.
 */
export class Enclosure {
  private readonly isRoot = process.getuid?.() === 0;
  private proven: Promise<UserRange> | undefined;

  constructor(private readonly mode: SandboxMode) {}

  /** @throws SandboxUnavailableError whose message tells an operator what to do */
  async assertAvailable(): Promise<void> {
    await this.range();
  }

  /** Gives a folder of ours, and nothing in it, to the root of enclosures. @throws SandboxUnavailableError */
  async adopt(dir: string): Promise<void> {
    await (await this.range()).adopt(dir);
  }

  /**
   * Runs a program to its end and tells all that it prints, line by line. While a promise of `onLine` is not kept, the
   * program waits for its reader. `input` is what it reads.
   * @throws SandboxUnavailableError, SandboxLimitError, SandboxedProgramError, ProgramMissingError, the reason of the signal
   */
  async run(job: EnclosureJob, onLine: OnLine, input?: AsyncIterable<Buffer | string>): Promise<void> {
    await readWhole(await this.start(job), onLine, input);
  }

  /** Removes a folder with all that users of enclosures left in it, however it is named or closed. */
  async removeAll(dir: string): Promise<void> {
    try {
      await rm(dir, { recursive: true, force: true });
    } catch {
      if (this.isRoot) await promisify(execFile)('rm', ['-rf', '--', dir]);
      else await this.removeWithin(dir);
    }
  }

  private async removeWithin(dir: string): Promise<void> {
    const job = { command: 'find', args: ['/work', '-mindepth', '1', '-delete'], dir, limits: HOUSEKEEPING };
    await this.run(job, () => undefined);
    await rmdir(dir);
  }

  /** Starts a program whose output the caller reads. */
  private async start(job: EnclosureJob): Promise<SandboxedProcess> {
    job.signal?.throwIfAborted();
    const range = await this.range();
    job.signal?.throwIfAborted();
    return this.startIn(range, job);
  }

  private async startIn(range: UserRange, job: EnclosureJob): Promise<SandboxedProcess> {
    const enclosed = await Enclosed.of(job, range, this.isRoot);
    const running = new SandboxedProcess(job, enclosed, false);
    if (job.limits === HOUSEKEEPING) return running;
    const watch = new AbortController();
    const watched = {
      job,
      first: () => enclosed.first,
      measureDisk: (signal: AbortSignal) => this.measureDisk(job, signal),
      kill: (cause: Error) => running.kill(cause),
    };
    void watchRun(watched, watch.signal);
    if (job.network === 'translated') void this.connect(enclosed, running, watch.signal);
    running.finished.catch(() => undefined).finally(() => watch.abort());
    return running;
  }

  /** Lets a run out by a translation of addresses, until it has ended. */
  private async connect(enclosed: Enclosed, running: SandboxedProcess, ended: AbortSignal): Promise<void> {
    const first = await enclosed.begun(() => ended.aborted);
    if (first === undefined) return;
    const stop = translateAddresses(first, this.isRoot, (cause) => running.kill(cause));
    if (ended.aborted) stop();
    else ended.addEventListener('abort', stop);
  }

  /** Room on disk of what the run may write, as its root sees it: nobody else may look everywhere. */
  private async measureDisk(job: EnclosureJob, signal: AbortSignal): Promise<number> {
    const folders = (await job.diskFolders?.()) ?? ['/work'];
    const args = ['-c', MEASURE, 'sh', ...folders];
    const running = await this.start({ ...job, command: 'sh', args, network: 'none', limits: HOUSEKEEPING, signal });
    running.stderr.resume();
    const totals: number[] = [];
    await readLines(running.stdout, (line) => void totals.push(Number.parseInt(line, 10)));
    // It fails for whatever is gone before it gets there, and tells the total all the same.
    await running.finished.catch(() => signal.throwIfAborted());
    const [bytes = 0, files = 0] = totals;
    return Math.max(bytes, files * BYTES_PER_FILE);
  }

  private async range(): Promise<UserRange> {
    this.proven ??= this.prove();
    try {
      return await this.proven;
    } catch (error) {
      this.proven = undefined;
      throw error;
    }
  }

  /** Tells an enclosure that cannot be had from a program that fails: runs one that cannot. */
  private async prove(): Promise<UserRange> {
    if (this.mode === 'none') {
      throw new SandboxUnavailableError('Builds run programs of strangers, so they are refused with SANDBOX=none');
    }
    const range = this.isRoot ? RANGE_OF_ROOT : await rangeOfUser();
    const dir = await mkdtemp(join(tmpdir(), 'enclosure-'));
    try {
      await range.adopt(dir);
      const running = await this.startIn(range, { command: 'true', args: [], dir, limits: HOUSEKEEPING });
      running.stderr.on('data', (chunk: Buffer) => running.hear(chunk));
      running.stdout.resume();
      await running.finished;
      return range;
    } catch (error) {
      if (error instanceof SandboxUnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new SandboxUnavailableError(`Builds cannot be confined here: ${reason}; ${REMEDY}`, { cause: error });
    } finally {
      await rm(dir, { recursive: true });
    }
  }
}

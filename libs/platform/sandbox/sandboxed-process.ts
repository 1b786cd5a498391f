import { type ChildProcessWithoutNullStreams, spawn, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { type Confined, SANDBOX_ENVIRONMENT } from './confinement.js';
import { ProgramMissingError, SandboxedProgramError, SandboxLimitError } from './sandbox.errors.js';
import { Tail } from './tail.js';

const LAST_WORDS_BYTES = 4096;
/** More on its standard error than any honest program has to say. */
export const MAX_CHATTER_BYTES = 4 * 2 ** 20;
/** What `prlimit`, like a shell, ends with when there is no such program, or none that may be run. */
const NOT_STARTED = [126, 127];

/** What of a job concerns whoever looks after its program. */
interface SupervisedJob {
  readonly command: string;
  readonly limits: { readonly wallMs: number };
  readonly hasChannel?: boolean;
  readonly signal?: AbortSignal;
}

/** A program that runs in a sandbox. */
export class SandboxedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Where the job has one: to be read to its end, like the output. */
  readonly channel: Duplex | undefined;
  /**
   * Resolves when the program has ended well and its folder is ours again. Rejects with SandboxLimitError,
   * SandboxedProgramError, ProgramMissingError, or the reason of the job's signal; then, too, nothing of it runs any more.
   */
  readonly finished: Promise<void>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly said = new Tail(LAST_WORDS_BYTES);
  private cause: Error | undefined;

  /** @param listens whether its standard error is read here; else the caller reads it, and passes it to `hear` */
  constructor(
    private readonly job: SupervisedJob,
    private readonly confined: Confined,
    listens = true,
  ) {
    this.child = start(confined, job.hasChannel === true);
    // A program that ends before it has read its input is judged by its exit code.
    this.stdin = this.child.stdin.on('error', () => undefined);
    this.stdout = this.child.stdout;
    this.stderr = this.child.stderr;
    // A program that ends with words unread resets it.
    const [, , , channel] = this.child.stdio;
    this.channel = job.hasChannel && channel instanceof Duplex ? channel.on('error', () => undefined) : undefined;
    if (listens) this.stderr.on('data', (chunk: Buffer) => this.listen(chunk));
    this.finished = this.supervise();
    // Whoever only reads the output looks at it later, or never.
    this.finished.catch(() => undefined);
  }

  /** The end of what the program has said on its standard error so far, with paths as it sees them. */
  get lastWords(): string {
    return this.said.toString();
  }

  /** Whether it was ended from outside, and the rest of its output with it. */
  get isKilled(): boolean {
    return this.cause !== undefined;
  }

  /** Takes note of what the program has said on its standard error. */
  hear(chunk: Buffer): void {
    this.said.add(chunk);
  }

  /** Ends the program and all it started. `finished` rejects with `cause`, unless it had one before. */
  kill(cause: Error): void {
    this.cause ??= cause;
    // What it has printed and nobody read would keep the pipe, and us, waiting.
    this.stdout.destroy();
    this.stderr.destroy();
    this.channel?.destroy();
    if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    if (this.confined.killInside?.()) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }

  /** Ends the program because it reached a limit that we watch ourselves. */
  killFor(limit: SandboxLimitError['limit']): void {
    this.kill(new SandboxLimitError(this.job.command, limit));
  }

  private listen(chunk: Buffer): void {
    this.hear(chunk);
    if (this.said.totalBytes > MAX_CHATTER_BYTES) this.killFor('output');
  }

  private async supervise(): Promise<void> {
    const { signal, limits } = this.job;
    const timer = setTimeout(() => this.killFor('wall time'), limits.wallMs);
    // Whoever aborts says why by an error.
    const abort = (): void => this.kill(signal?.reason as Error);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    try {
      await Promise.all([this.ended(), this.prepare()]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      await this.confined.release();
    }
  }

  /** Never fails by itself: what cannot be made ready ends the program. */
  private async prepare(): Promise<void> {
    const { pid, stdio } = this.child;
    const channel = stdio[3];
    if (!this.confined.prepare || !channel || pid === undefined) return;
    try {
      // A pipe beyond the first three goes both ways; the types know no more than that it is a stream.
      await this.confined.prepare(channel as Duplex, pid);
    } catch (error) {
      this.kill(error as Error);
    } finally {
      channel.destroy();
    }
  }

  private ended(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        const failure = this.cause ?? this.failure(code, signal);
        if (failure) reject(failure);
        else resolve();
      });
    });
  }

  /** What an exit code, or a signal, means; bubblewrap tells a signal as 128 and its number. */
  private failure(code: number | null, signal: NodeJS.Signals | null): Error | undefined {
    const { command } = this.job;
    const number = signal ? constants.signals[signal] : (code ?? 0) - 128;
    if (number === constants.signals.SIGXCPU) return new SandboxLimitError(command, 'cpu');
    if (number === constants.signals.SIGXFSZ) return new SandboxLimitError(command, 'file size');
    if (code === 0) return undefined;
    if (NOT_STARTED.includes(code ?? 0) && this.lastWords.includes('failed to execute')) {
      return new ProgramMissingError(command);
    }
    const status = number > 0 ? `signal ${number}` : `exit code ${code}`;
    return new SandboxedProgramError(command, status, this.lastWords);
  }
}

function start({ line, cwd, environment, prepare }: Confined, hasChannel: boolean): ChildProcessWithoutNullStreams {
  const [command = '', ...args] = line;
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...(prepare || hasChannel ? (['pipe'] as const) : [])];
  // A process group of its own: a Ctrl-C at our terminal is for us, and we can end all of it.
  const child = spawn(command, args, { cwd, env: { ...SANDBOX_ENVIRONMENT, ...environment }, detached: true, stdio });
  // The first three are pipes, which the types cannot see.
  return child as ChildProcessWithoutNullStreams;
}

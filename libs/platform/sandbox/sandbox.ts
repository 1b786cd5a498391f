import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bubblewrap } from './bubblewrap.js';
import type { Confinement } from './confinement.js';
import type { SandboxJob, SandboxLimits } from './sandbox-job.js';
import { ProgramMissingError, SandboxUnavailableError } from './sandbox.errors.js';
import { MAX_CHATTER_BYTES, SandboxedProcess } from './sandboxed-process.js';
import { Unconfined } from './unconfined.js';

const PROBE_LIMITS: SandboxLimits = {
  cpuSeconds: 5,
  memoryBytes: 2 ** 28,
  fileBytes: 0,
  wallMs: 10_000,
  processes: 8,
};

/** Of a program that only tells its version; large ones reserve much before they say a word. */
const VERSION_LIMITS: SandboxLimits = {
  cpuSeconds: 10,
  memoryBytes: 2 ** 31,
  fileBytes: 0,
  wallMs: 30_000,
  processes: 128,
};

/** How programs are held back: the setting `SANDBOX`. */
export type SandboxMode = 'bubblewrap' | 'none';

/**
 * Runs programs that read strangers' bytes, so that a mistake in one of them stays inside. What `bubblewrap` and `none`
 * hold back is in docs/formats.md.
 *
 * Start it from the main thread: what a worker thread has started ends with that thread.
 */
export class Sandbox {
  private readonly confinement: Confinement;
  private isProven = false;

  constructor(mode: SandboxMode) {
    this.confinement = mode === 'bubblewrap' ? new Bubblewrap() : new Unconfined();
  }

  /**
   * Runs a program to its end, without input. What it prints goes to `onStdout` piece by piece and is not kept.
   * @throws SandboxUnavailableError, and as `SandboxedProcess.finished`
   */
  async run(job: SandboxJob, onStdout: (chunk: Buffer) => void = () => undefined): Promise<void> {
    const running = await this.start(job);
    running.stdin.end();
    let printedBytes = 0;
    running.stdout.on('data', (chunk: Buffer) => {
      printedBytes += chunk.length;
      if (printedBytes > MAX_CHATTER_BYTES) running.killFor('output');
      else onStdout(chunk);
    });
    await running.finished;
  }

  /**
   * Starts a program and leaves its input and output to the caller, who reads all of it or kills the program.
   * @throws SandboxUnavailableError
   */
  async start(job: SandboxJob): Promise<SandboxedProcess> {
    job.signal?.throwIfAborted();
    await this.prove();
    return new SandboxedProcess(job, await this.confinement.confine(job));
  }

  /** Whether there is a program of that name, which answers `--version`. @throws SandboxUnavailableError */
  async provides(command: string): Promise<boolean> {
    const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    try {
      await this.run({ command, args: ['--version'], dir, limits: VERSION_LIMITS });
      return true;
    } catch (error) {
      if (error instanceof ProgramMissingError) return false;
      throw error;
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  /** Tells a sandbox that cannot be had from a program that fails: runs one that cannot. */
  private async prove(): Promise<void> {
    if (this.isProven) return;
    const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    try {
      const probe = { command: 'true', args: [], dir, limits: PROBE_LIMITS };
      const running = new SandboxedProcess(probe, await this.confinement.confine(probe));
      running.stdout.resume();
      await running.finished;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SandboxUnavailableError(`Programs cannot be confined here: ${reason}; ${this.confinement.remedy}`);
    } finally {
      await rm(dir, { recursive: true });
    }
    this.isProven = true;
  }
}

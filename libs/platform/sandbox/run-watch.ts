import { setTimeout } from 'node:timers/promises';
import type { EnclosureJob } from './enclosure-job.js';
import { readTree } from './process-tree.js';
import { SandboxLimitError } from './sandbox.errors.js';

const EVERY_MS = 500;
/** Looking takes a twentieth of the time at most. */
const PAUSE_PER_LOOK = 20;

/** Processes are looked at so often whatever it takes: on a busy machine a look is long because it waits. */
const PROCESSES_EVERY_MS = 2_000;

/** What a watch looks at. */
export interface WatchedRun {
  readonly job: EnclosureJob;
  /** The process above all others of the run, while there is one. */
  first(): number | undefined;
  /** How much the run's folders hold. */
  measureDisk(signal: AbortSignal): Promise<number>;
  kill(cause: Error): void;
}

/**
 * Looks at a whole run again and again, since the kernel's limits are those of single processes, and ends it when it has
 * more than it may have.
 * @param signal ends the watch
 */
export async function watchRun(run: WatchedRun, signal: AbortSignal): Promise<void> {
  await Promise.all([
    repeat(() => checkProcesses(run), PROCESSES_EVERY_MS, signal),
    repeat(() => checkDisk(run, signal), Number.POSITIVE_INFINITY, signal),
  ]);
}

async function repeat(look: () => Promise<void>, mostMs: number, signal: AbortSignal): Promise<void> {
  let pauseMs = EVERY_MS;
  for (;;) {
    await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const began = performance.now();
    await look();
    pauseMs = Math.min(Math.max(EVERY_MS, (performance.now() - began) * PAUSE_PER_LOOK), mostMs);
  }
}

async function checkProcesses(run: WatchedRun): Promise<void> {
  const first = run.first();
  if (first === undefined) return;
  const { command, limits } = run.job;
  const use = await readTree(first, limits.processes);
  if (use.processes > limits.processes) run.kill(new SandboxLimitError(command, 'processes'));
  if (use.memoryBytes > limits.memoryBytes) run.kill(new SandboxLimitError(command, 'memory'));
  if (use.cpuSeconds > limits.cpuSeconds) run.kill(new SandboxLimitError(command, 'cpu'));
}

async function checkDisk(run: WatchedRun, signal: AbortSignal): Promise<void> {
  const { command, limits } = run.job;
  try {
    if ((await run.measureDisk(signal)) > limits.diskBytes) run.kill(new SandboxLimitError(command, 'disk'));
  } catch (error) {
    // What cannot be measured is not limited.
    if (!signal.aborted) run.kill(error as Error);
  }
}

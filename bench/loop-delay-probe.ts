/**
 * Loaded into a server before it starts (`--import`): prints, when it gets SIGUSR2, how its event loop fared since it
 * printed last. How late the loop was also depends on who else wants a processor; for how long its own thread computed
 * between two turns does not.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What is due is looked for so often; that much of a delay is none. */
const RESOLUTION_MS = 1;

/** Processor time of this thread so far, in milliseconds. */
function computedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let [longestMs, lastMs] = [0, computedMs()];
  setInterval(() => {
    const nowMs = computedMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  }, RESOLUTION_MS).unref();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  process.on('SIGUSR2', () => {
    const said = { heldMs: longestMs, lateMs: late(delays.max), lateP999Ms: late(delays.percentile(99.9)) };
    delays.reset();
    longestMs = 0;
    process.stdout.write(`Loop delay: ${JSON.stringify(said)}\n`);
  });
}

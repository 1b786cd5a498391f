/**
 * Loaded into a server before it starts (`--import`): takes how late its event loop is, and prints it when it gets SIGUSR2,
 * of the time since it printed last. All of it in milliseconds.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What is due is looked for so often; that much of a delay is none. */
const RESOLUTION_MS = 1;

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const inMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  process.on('SIGUSR2', () => {
    const { max, mean } = delays;
    const said = { maxMs: inMs(max), p999Ms: inMs(delays.percentile(99.9)), meanMs: inMs(mean) };
    delays.reset();
    process.stdout.write(`Loop delay: ${JSON.stringify(said)}\n`);
  });
}

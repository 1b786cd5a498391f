/**
 * Loaded into a server before it starts (`--import`): prints, when it gets SIGUSR2, how its event loop fared since it
 * printed last. How late the loop was also depends on who else wants a processor; for how long its own thread computed
 * between two turns does not. Turns in which V8 collected its whole heap are told apart: it does so by itself, whatever the
 * server works on, 100 s after the last time at the latest.
 */
import { constants, monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What is due is looked for so often; that much of a delay is none. */
const RESOLUTION_MS = 1;
/** Shorter turns are not remembered. */
const LONG_MS = 2;

/** From one turn of the loop to the next, by the clock of `performance`. */
interface Turn {
  readonly fromMs: number;
  readonly toMs: number;
  readonly heldMs: number;
}

/** Processor time of this thread so far, in milliseconds. */
function computedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const isWhole = (entry: PerformanceEntry): boolean =>
  (entry as PerformanceEntry & { detail: { kind: number } }).detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;

const longest = (turns: readonly Turn[]): number => Math.max(0, ...turns.map(({ heldMs }) => heldMs));

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let [turns, collections]: [Turn[], PerformanceEntry[]] = [[], []];
  const note = (entries: PerformanceEntry[]): unknown => collections.push(...entries.filter(isWhole));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  let [fromMs, before] = [performance.now(), computedMs()];
  setInterval(() => {
    const [toMs, now] = [performance.now(), computedMs()];
    if (now - before > LONG_MS) turns.push({ fromMs, toMs, heldMs: now - before });
    [fromMs, before] = [toMs, now];
  }, RESOLUTION_MS).unref();
  const collected = ({ fromMs, toMs }: Turn): boolean =>
    collections.some(({ startTime, duration }) => startTime < toMs && startTime + duration > fromMs);
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  process.on('SIGUSR2', () => {
    note(observer.takeRecords());
    const said = {
      heldMs: longest(turns.filter((turn) => !collected(turn))),
      collectionMs: longest(turns.filter(collected)),
      lateMs: late(delays.max),
      lateP999Ms: late(delays.percentile(99.9)),
    };
    delays.reset();
    [turns, collections] = [[], []];
    process.stdout.write(`Loop delay: ${JSON.stringify(said)}\n`);
  });
}

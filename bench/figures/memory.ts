import type { Bench } from '../bench.js';
import { type Figure, rounded } from '../figure.js';
import { type Memory, memoryOf } from '../process-status.js';
import { remove, upload } from '../transfer.js';

const EVERY_MS = 50;
const AT_ONCE = 4;
const MAX_GROWTH_MIB = 96;

/** How much more memory the process takes while four large files come in at once. PostgreSQL is not counted. */
export async function measureMemory(bench: Bench): Promise<Figure[]> {
  const sizeBytes = bench.quick ? 2 ** 28 : 2 ** 30;
  const server = await bench.server('memory');
  const idle = await rest(server.pid);
  bench.progress(`memory: ${AT_ONCE} uploads at once`);
  const watch = watchPeak(server.pid);
  const uploads = await Promise.all(Array.from({ length: AT_ONCE }, () => upload(server, sizeBytes)));
  const peak = watch.stop();
  for (const { id } of uploads) await remove(server, id);
  await bench.discard('memory');
  const growth = (peak.residentBytes - idle.residentBytes) / 2 ** 20;
  return [
    {
      figure: `memory: growth while ${AT_ONCE} uploads of ${sizeBytes / 2 ** 20} MiB run at once`,
      value: rounded(growth),
      unit: 'MiB',
      reference: rounded(idle.residentBytes / 2 ** 20),
      referenceIs: 'idle',
      ratio: rounded(peak.residentBytes / idle.residentBytes),
      target: `≤ ${MAX_GROWTH_MIB} MiB`,
      met: growth <= MAX_GROWTH_MIB,
      also: { anonymousGrowthMib: rounded((peak.anonymousBytes - idle.anonymousBytes) / 2 ** 20) },
    },
  ];
}

/** Memory once the start is over and done with. */
export async function rest(pid: number): Promise<Memory> {
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return memoryOf(pid);
}

/** Looks at a process's memory again and again, until it is told to stop. */
export function watchPeak(pid: number): { stop(): Memory } {
  let peak = memoryOf(pid);
  const timer = setInterval(() => {
    const { residentBytes, anonymousBytes } = memoryOf(pid);
    peak = {
      residentBytes: Math.max(peak.residentBytes, residentBytes),
      anonymousBytes: Math.max(peak.anonymousBytes, anonymousBytes),
    };
  }, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

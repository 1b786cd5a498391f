import { type Figure, rounded } from './figure.js';
import { type Memory, memoryOf } from './process-status.js';

const EVERY_MS = 50;

export interface Growth {
  readonly figure: string;
  readonly idle: Memory;
  readonly peak: Memory;
  readonly maxMib: number;
  readonly also?: Readonly<Record<string, unknown>>;
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

/** How much more memory a process had at its peak than when it had nothing to do. */
export function judgeGrowth({ figure, idle, peak, maxMib, also }: Growth): Figure {
  const growth = (peak.residentBytes - idle.residentBytes) / 2 ** 20;
  return {
    figure,
    value: rounded(growth),
    unit: 'MiB',
    reference: rounded(idle.residentBytes / 2 ** 20),
    referenceIs: 'idle',
    ratio: rounded(peak.residentBytes / idle.residentBytes),
    target: `≤ ${maxMib} MiB`,
    met: growth <= maxMib,
    also: { anonymousGrowthMib: rounded((peak.anonymousBytes - idle.anonymousBytes) / 2 ** 20), ...also },
  };
}

import type { FieldProblems } from '#kernel';

const SECONDS = { d: 86_400, h: 3_600, m: 60 } as const;

const LEAST_SECONDS = 15 * SECONDS.m;
const MOST_SECONDS = 365 * SECONDS.d;

/** Seconds of a time such as `30m`, `6h` or `7d`; undefined for what is none, or shorter or longer than may be. */
export function parseRefreshInterval(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const seconds = Number(count) * SECONDS[unit as keyof typeof SECONDS]; // by the expression
  return seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS ? seconds : undefined;
}

/** The same the other way, in the largest unit that it is a multiple of. */
export function formatRefreshInterval(seconds: number): string {
  if (seconds % SECONDS.d === 0) return `${seconds / SECONDS.d}d`;
  return seconds % SECONDS.h === 0 ? `${seconds / SECONDS.h}h` : `${seconds / SECONDS.m}m`;
}

/** Adds what is wrong with an interval. */
export function checkRefreshInterval(problems: FieldProblems, text: string): void {
  problems.check(
    parseRefreshInterval(text) !== undefined,
    'refresh',
    'Refresh must be minutes, hours or days such as 30m, 6h or 7d, from 15m to 365d',
  );
}

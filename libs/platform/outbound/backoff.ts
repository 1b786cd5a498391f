/** How long to wait before trying again: doubling from `baseMs`, never over `maxMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 60_000 };

/**
 * The wait before retry number `attempt` (from 1): half of it fixed, half of it by `random` (0 to below 1), lest all that
 * failed together come back together. A server's own wish (`retryAfterMs`) is honoured up to `maxMs`.
 */
export function backoffMs({ baseMs, maxMs }: Backoff, attempt: number, random: number, retryAfterMs = 0): number {
  const fullMs = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  return Math.max(fullMs / 2 + (fullMs / 2) * random, Math.min(retryAfterMs, maxMs));
}

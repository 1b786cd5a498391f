import { setTimeout as delay } from 'node:timers/promises';

/** Far more than it takes: other tests may keep the machine busy. */
const PATIENCE_MS = 30_000;

/** Waits until `check` no longer throws, for what follows an answer a moment later; then its last error is the test's. */
export async function eventually<T>(check: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await delay(10);
  }
}

import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** What a reader must take within `idleTimeoutMs`. */
const PART_BYTES = 64 * 1024;

/** An answer of any length, sent no faster than its reader takes it. */
export class PacedAnswer {
  /** `signal` ends the waiting for a reader who takes nothing. */
  constructor(
    private readonly response: Writable,
    private readonly signal: AbortSignal,
    private readonly idleTimeoutMs: number,
  ) {}

  /** In parts, so that a reader who is slow but there is told from one who is not. False where nobody reads any more. */
  async write(bytes: Buffer): Promise<boolean> {
    for (let start = 0; start < bytes.length; start += PART_BYTES) {
      const isTaken = this.response.write(bytes.subarray(start, start + PART_BYTES));
      if (!isTaken && !(await this.drained())) return false;
    }
    return true;
  }

  private async drained(): Promise<boolean> {
    try {
      await once(this.response, 'drain', {
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(this.idleTimeoutMs)]),
      });
      return true;
    } catch {
      this.response.destroy();
      return false;
    }
  }
}

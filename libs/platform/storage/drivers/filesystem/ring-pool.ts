import type { Ring } from './writer-protocol.js';

const SLOTS = 8;
const SLOT_BYTES = 256 * 1024;

/** How many rings are kept for the next write rather than left to the garbage collector. */
const KEPT = 8;

/** Rings for writes: 2 MiB of address space each, of which a slow write touches one slot only. */
export class RingPool {
  readonly #idle: Ring[] = [];

  take(): Ring {
    return (
      this.#idle.pop() ?? { memory: new SharedArrayBuffer(SLOTS * SLOT_BYTES), slots: SLOTS, slotBytes: SLOT_BYTES }
    );
  }

  /** Takes a ring back that no thread touches any more. */
  giveBack(ring: Ring): void {
    if (this.#idle.length < KEPT) this.#idle.push(ring);
  }
}

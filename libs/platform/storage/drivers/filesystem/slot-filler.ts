import type { Ring } from './writer-protocol.js';

/** A slot with bytes in it, on its way to the thread. */
export interface FilledSlot {
  readonly slot: number;
  readonly length: number;
}

/** The main thread's side of a ring: small chunks are packed into slots, so that few messages are needed. */
export class SlotFiller {
  readonly #bytes: Uint8Array;
  readonly #free: number[];
  #filled = 0;

  constructor(private readonly ring: Ring) {
    this.#bytes = new Uint8Array(ring.memory);
    this.#free = Array.from({ length: ring.slots }, (_, index) => ring.slots - 1 - index);
  }

  /** Whether there is a slot to put bytes into. */
  get hasRoom(): boolean {
    return this.#free.length > 0;
  }

  /** Copies as much of `chunk` as the slot takes; answers how much that was. Needs room. */
  put(chunk: Uint8Array): number {
    const slot = this.#free.at(-1);
    if (slot === undefined) throw new Error('No free slot');
    const part = chunk.subarray(0, this.ring.slotBytes - this.#filled);
    this.#bytes.set(part, slot * this.ring.slotBytes + this.#filled);
    this.#filled += part.length;
    return part.length;
  }

  /** The slot to send, once it is full. */
  takeFull(): FilledSlot | undefined {
    return this.#filled === this.ring.slotBytes ? this.takeRest() : undefined;
  }

  /** The slot to send if anything is in it. */
  takeRest(): FilledSlot | undefined {
    const slot = this.#filled > 0 ? this.#free.pop() : undefined;
    if (slot === undefined) return undefined;
    const length = this.#filled;
    this.#filled = 0;
    return { slot, length };
  }

  /** The thread is done with `slot`. Under the one being filled, which is the last. */
  release(slot: number): void {
    if (this.#filled > 0) this.#free.splice(-1, 0, slot);
    else this.#free.push(slot);
  }
}

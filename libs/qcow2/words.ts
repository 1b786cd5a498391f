/**
 * Big-endian words of the format as numbers. Above 2^53 the result is rounded: such a value fails every comparison with
 * a file size all the same, and no caller uses it for anything else.
 */
export function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

/** The smallest multiple of `unit` that is not below `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** A pointer of an L1, L2 or bitmap table, taken apart: the offset sits in bits 9 to 55. */
export interface Pointer {
  /** Bits 9 to 55 as a byte offset; 0 when the pointer points nowhere. */
  readonly offset: number;
  /** Bits 0 to 8. */
  readonly low: number;
  /** Bits 56 to 63. */
  readonly high: number;
}

/** Takes a table entry's two halves apart. Spec: "Cluster mapping", "Bitmap table". */
export function splitPointer(highWord: number, lowWord: number): Pointer {
  return {
    offset: (highWord & 0x00ff_ffff) * 2 ** 32 + ((lowWord & 0xffff_fe00) >>> 0),
    low: lowWord & 0x1ff,
    high: highWord >>> 24,
  };
}

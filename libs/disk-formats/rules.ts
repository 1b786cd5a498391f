import type { DiskLimits } from './disk-facts.js';
import { refuse } from './refusal.js';

export const SECTOR_BYTES = 512;

/**
 * A number that a 64-bit field holds. Above 2^53 it is rounded: such a value fails every comparison with a file's or a
 * disk's size all the same.
 */
export function readU64LE(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

/** As `readU64LE`, in the byte order of VHD. */
export function readU64BE(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64BE(at));
}

/** Whether nothing but zeros is in there. */
export function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Whether `value` is a power of two from `min` to `max`. */
export function isPowerOfTwo(value: number, min: number, max: number): boolean {
  return value >= min && value <= max && Number.isInteger(Math.log2(value));
}

/** Refuses a disk of no size, of broken sectors, or larger than allowed. */
export function refuseVirtualSize(field: string, sizeBytes: number, { maxVirtualSizeBytes }: DiskLimits): void {
  if (sizeBytes === 0) refuse(field, 'is 0: the disk is empty');
  if (sizeBytes > maxVirtualSizeBytes) {
    refuse(field, `${sizeBytes} bytes are over the limit of ${maxVirtualSizeBytes} for a virtual disk`);
  }
  if (sizeBytes % SECTOR_BYTES !== 0) {
    refuse(field, `${sizeBytes} bytes are no whole number of sectors of 512 bytes; the file may be truncated`);
  }
}

/**
 * Refuses a file that unfolds to more than it can hold, because its tables name the same bytes again and again.
 * @param ratio bytes of the disk that one byte of the file may stand for
 */
export function refuseExpansion(field: string, allocatedBytes: number, fileSizeBytes: number, ratio: number): void {
  if (allocatedBytes > fileSizeBytes * ratio) {
    refuse(field, `${allocatedBytes} bytes of the disk cannot come from a file of ${fileSizeBytes}; it is corrupt`);
  }
}

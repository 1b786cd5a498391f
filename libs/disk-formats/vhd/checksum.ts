import { refuse } from '../refusal.js';

/** Refuses a structure whose checksum is wrong: the ones' complement of the sum of all its other bytes. */
export function refuseChecksum(field: string, bytes: Buffer, at: number): void {
  const own = bytes.subarray(at, at + 4);
  const sum = (part: Buffer): number => part.reduce((total, byte) => total + byte, 0);
  const expected = ~(sum(bytes) - sum(own)) >>> 0;
  if (own.readUInt32BE(0) !== expected) refuse(field, 'does not match its bytes; the file is corrupt');
}

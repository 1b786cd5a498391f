import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { crc32c } from './crc32c.js';

const NO_CHECKSUM = Buffer.alloc(4);

/**
 * A structure that starts with its signature and its CRC-32C, in which the checksum counts as 0.
 * Refuses it where one of the two is wrong. MS-VHDX, 2.2.2 and 2.2.3.
 */
export async function readChecked(
  reader: DiskReader,
  field: string,
  signature: string,
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = await reader.exact(field, offset, length);
  if (bytes.toString('latin1', 0, 4) !== signature) refuse(field, `does not start with "${signature}"`);
  if (crc32c(bytes.subarray(0, 4), NO_CHECKSUM, bytes.subarray(8)) !== bytes.readUInt32LE(4)) {
    refuse(field, 'does not match its checksum; attach and detach the disk where it was made, and send it again');
  }
  return bytes;
}

/** A GUID as the specification writes it: its first three groups are little-endian. */
export function readGuid(bytes: Buffer, at: number): string {
  const groups = [
    bytes.readUInt32LE(at).toString(16).padStart(8, '0'),
    bytes
      .readUInt16LE(at + 4)
      .toString(16)
      .padStart(4, '0'),
    bytes
      .readUInt16LE(at + 6)
      .toString(16)
      .padStart(4, '0'),
    bytes.toString('hex', at + 8, at + 10),
    bytes.toString('hex', at + 10, at + 16),
  ];
  return groups.join('-').toUpperCase();
}

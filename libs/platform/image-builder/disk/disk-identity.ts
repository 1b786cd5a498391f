import { createHash } from 'node:crypto';

/** Numbers that name a disk and its parts, derived from a seed: the same seed gives the same, another gives others. */
export class DiskIdentity {
  constructor(private readonly seed: string) {}

  /** A UUID of RFC 9562, version 8 (section 5.8), for one part of the disk. */
  uuid(part: string): string {
    const bytes = this.digest(part);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex', 0, 16);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /** Eight hex digits, not all of them 0: an MBR's disk id, or a FAT's serial number. */
  word(part: string): string {
    const word = this.digest(part).toString('hex', 0, 4);
    return word === '00000000' ? '00000001' : word;
  }

  private digest(part: string): Buffer {
    // The length keeps seed and part apart, whatever is in them.
    return createHash('sha256').update(`${this.seed.length}:${this.seed}:${part}`).digest();
  }
}

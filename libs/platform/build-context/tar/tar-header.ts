import { isUtf8 } from 'node:buffer';
import { refuse } from '../build-context.errors.js';

export const BLOCK_BYTES = 512;

/** One header block. POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar's and older ones differ in details. */
export interface TarHeader {
  /** Up to the first NUL. It may be cut within a character where another header tells the whole. */
  readonly name: Buffer;
  /** The type flag, `0` for files. */
  readonly type: string;
  readonly mode: number;
  /** NaN for what is no number. */
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly target: Buffer;
}

/** Whether the block's checksum is right: that of a header always is. */
export function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK_BYTES) return false;
  let sum = 8 * 0x20; // the checksum itself counts as spaces
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum === readNumber(block.subarray(148, 156));
}

export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** @throws BuildContextRefusedError */
export function readHeader(block: Buffer): TarHeader {
  if (!isHeader(block)) refuse(null, 'is damaged: the checksum of a header is wrong');
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0'; // GNU's has a space there, and no prefix
  const prefix = isPosix ? upToNul(block.subarray(345, 500)) : Buffer.alloc(0);
  const ending = upToNul(block.subarray(0, 100));
  const flag = block.toString('latin1', 156, 157);
  return {
    name: prefix.length === 0 ? ending : Buffer.concat([prefix, Buffer.from('/'), ending]),
    type: flag === '\0' || flag === '7' ? '0' : flag,
    mode: readNumber(block.subarray(100, 108)) & 0o7777,
    sizeBytes: readNumber(block.subarray(124, 136)),
    mtimeSeconds: readNumber(block.subarray(136, 148)),
    target: upToNul(block.subarray(157, 257)),
  };
}

/** Text up to the first NUL. @throws BuildContextRefusedError for bytes that are not UTF-8 */
export function readText(bytes: Buffer): string {
  const text = upToNul(bytes);
  if (!isUtf8(text)) refuse(text.toString('latin1'), 'has a name that is not UTF-8');
  return text.toString();
}

function upToNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** Octal digits between spaces and NULs, or, with the highest bit set, GNU's base 256. NaN for anything else. */
function readNumber(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) {
    const digits = field.toString('latin1').replace(/\0.*$/su, '').trim();
    return /^[0-7]*$/.test(digits) ? parseInt(digits || '0', 8) : NaN;
  }
  const value = BigInt.asIntN(field.length * 8 - 1, BigInt(`0x${field.toString('hex')}`));
  return Number(value);
}

import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A token's secret: `dyt_`, 256 random bits as 43 base-62 digits, and the CRC-32 of all before it as 6 more. The prefix
 * and the checksum let secret scanners find a leaked one with next to no false alarms.
 */
const PREFIX = 'dyt_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = /^dyt_[0-9A-Za-z]{49}$/;

export function newTokenSecret(): string {
  const body = PREFIX + base62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43);
  return body + checksum(body);
}

/** False for a string that carries our prefix and cannot be a token of ours; the database need not be asked. */
export function canBeTokenSecret(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return true;
  return SHAPE.test(secret) && checksum(secret.slice(0, -6)) === secret.slice(-6);
}

/** How a secret is stored: SHA-256 is enough for 256 random bits, and can be looked up by index. */
export function hashTokenSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = ALPHABET.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function base62(value: bigint, digits: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < digits; i++) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

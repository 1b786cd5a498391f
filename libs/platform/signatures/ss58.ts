import { blake2b } from '@noble/hashes/blake2.js';
import { base58 } from '@scure/base';

/** The prefix of addresses that are of no particular network. */
const PREFIX = 42;
const KEY_BYTES = 32;
const CHECKSUM_BYTES = 2;
const ADDRESS_BYTES = 1 + KEY_BYTES + CHECKSUM_BYTES;

/** No 35 bytes take more digits; to read base 58 costs the square of its length. */
const MAX_ADDRESS_LENGTH = 48;

const CONTEXT = new TextEncoder().encode('SS58PRE');

/** The public key, 32 bytes, that an SS58 address of prefix 42 stands for; undefined for any other text. */
export function publicKeyOf(address: string): Buffer | undefined {
  const bytes = address.length <= MAX_ADDRESS_LENGTH ? base58Bytes(address) : undefined;
  if (bytes?.length !== ADDRESS_BYTES || bytes[0] !== PREFIX) return undefined;
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  return checksumOf(body).equals(bytes.subarray(-CHECKSUM_BYTES)) ? bytes.subarray(1, -CHECKSUM_BYTES) : undefined;
}

/** The SS58 address, prefix 42, of a public key of 32 bytes: base 58 of prefix, key and checksum. */
export function addressOf(publicKey: Uint8Array): string {
  const body = Buffer.from([PREFIX, ...publicKey]);
  return base58.encode(Buffer.concat([body, checksumOf(body)]));
}

/** The first bytes of BLAKE2b-512 of `SS58PRE` and the body. */
function checksumOf(body: Uint8Array): Buffer {
  return Buffer.from(blake2b(Buffer.concat([CONTEXT, body]))).subarray(0, CHECKSUM_BYTES);
}

function base58Bytes(text: string): Buffer | undefined {
  try {
    return Buffer.from(base58.decode(text));
  } catch {
    return undefined; // a character that is no digit of base 58
  }
}

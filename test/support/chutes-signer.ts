import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { base58 } from '@scure/base';
import { getPublicKey, secretFromSeed, sign } from '@scure/sr25519';

/** Substrate's generic address type. */
const PREFIX = 42;

/** Signs requests with a hotkey, as the SDK does (the contract's 2.3). */
export class ChutesSigner {
  /** ss58. */
  readonly hotkey: string;
  private readonly secret: Uint8Array;

  /** `seed` is 32 bytes. */
  constructor(seed: Uint8Array) {
    this.secret = secretFromSeed(seed);
    const body = Uint8Array.of(PREFIX, ...getPublicKey(this.secret));
    const checksum = blake2b(Buffer.concat([Buffer.from('SS58PRE'), body])).subarray(0, 2);
    this.hotkey = base58.encode(Uint8Array.of(...body, ...checksum));
  }

  /** The three headers; over the body where there is one, else over the purpose of the routes. */
  headers(body: Buffer | undefined, nowMs = Date.now()): Readonly<Record<string, string>> {
    const nonce = String(Math.floor(nowMs / 1000));
    const about = body ? createHash('sha256').update(body).digest('hex') : 'images';
    const signature = sign(this.secret, Buffer.from(`${this.hotkey}:${nonce}:${about}`));
    return {
      'X-Chutes-Hotkey': this.hotkey,
      'X-Chutes-Nonce': nonce,
      'X-Chutes-Signature': Buffer.from(signature).toString('hex'),
    };
  }
}

import { randomBytes } from 'node:crypto';
import { getPublicKey, secretFromSeed, sign } from '@scure/sr25519';
import { addressOf } from '#platform/signatures';

/** A key pair that signs like the clients of the Chutes dialect do. */
export class Hotkey {
  private readonly secret: Uint8Array;
  readonly address: string;

  constructor(seed: Uint8Array = randomBytes(32)) {
    this.secret = secretFromSeed(seed);
    this.address = addressOf(getPublicKey(this.secret));
  }

  /** In hex; each signature of a message differs. */
  sign(message: string): string {
    return Buffer.from(sign(this.secret, Buffer.from(message))).toString('hex');
  }

  /** The three headers of a request that is signed over this nonce and purpose. */
  headers(purpose = 'images', nonce: number | string = now()): Record<string, string> {
    return {
      'X-Chutes-Hotkey': this.address,
      'X-Chutes-Nonce': String(nonce),
      'X-Chutes-Signature': this.sign(`${this.address}:${nonce}:${purpose}`),
    };
  }

  /** What `POST /user/hotkeys` takes from a user of this name. */
  proof(username: string, nonce = now()): { hotkey: string; nonce: number; signature: string } {
    return { hotkey: this.address, nonce, signature: this.sign(`diskyard:${username}:${nonce}:hotkey`) };
  }
}

/** In seconds since 1970. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

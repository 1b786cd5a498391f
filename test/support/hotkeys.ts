import { randomBytes } from 'node:crypto';
import { getPublicKey, secretFromSeed, sign } from '@scure/sr25519';
import { addressOf } from '#platform/signatures';
import { expectStatus, type TestUser } from './builders.js';
import type { NativeClient } from './native-client.js';

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

/** A new hotkey of the caller's, and its number. */
export async function newHotkey(client: NativeClient, username: string): Promise<{ id: number; hotkey: Hotkey }> {
  const hotkey = new Hotkey();
  const { body } = expectStatus(await client.post('/user/hotkeys', hotkey.proof(username)), 201);
  return { id: (body as { id: number }).id, hotkey };
}

/** A new hotkey of a user's. */
export async function hotkeyOf(user: TestUser): Promise<Hotkey> {
  return (await newHotkey(user, user.username)).hotkey;
}

/** A new API key of the caller's, as its answer shows it. */
export async function newApiKey(
  client: NativeClient,
  input: object,
): Promise<{ readonly id: number; readonly secret_key: string }> {
  return expectStatus(await client.post('/user/api-keys', input), 201).body as { id: number; secret_key: string };
}

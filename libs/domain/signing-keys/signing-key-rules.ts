import { createHash } from 'node:crypto';
import { FieldProblems, type Scope } from '#kernel';
import { addressOf, publicKeyOf } from '#platform/signatures';

/** How far the time in a signed message may be from ours. */
const WINDOW_S = 600;

const SIGNATURE = /^[0-9a-f]{128}$/i;

/** What requests that a key signs may do, as far as the token that registers it may. */
export const SIGNING_KEY_SCOPES: readonly Scope[] = [
  ...(['image:read', 'image:write', 'image:delete', 'image:build'] as const),
  'operation:read',
];

/** A key that somebody says is theirs, and the proof. */
export interface NewSigningKey {
  /** Its SS58 address, prefix 42. */
  readonly hotkey: string;
  /** The address unless told. */
  readonly name?: string | undefined;
  /** When the proof was signed, in seconds since 1970. */
  readonly nonce: number;
  /** sr25519 over `proofMessage`, 128 hex digits. */
  readonly signature: string;
}

export interface CheckedSigningKey {
  readonly name: string;
  readonly publicKey: Buffer;
  readonly signature: Buffer;
}

/** Whether a message that was signed at this time still counts, or already. */
export function isFresh(unixSeconds: number): boolean {
  return Math.abs(Date.now() / 1000 - unixSeconds) < WINDOW_S;
}

/** 64 bytes of 128 hex digits; undefined for any other text. */
export function readSignatureHex(text: string): Buffer | undefined {
  return SIGNATURE.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** What the holder of a key signs to prove that they are; it names the user, so that nobody else can register it by it. */
export function proofMessage(username: string, nonce: number): string {
  return `diskyard:${username}:${nonce}:hotkey`;
}

/** What a signature is remembered by: each counts once. The bytes, since of one message there are many. */
export function onceKeyOf(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** @throws DomainError `invalid` naming each field */
export function checkNewSigningKey({ hotkey, name, nonce, signature }: NewSigningKey): CheckedSigningKey {
  const publicKey = publicKeyOf(hotkey);
  const bytes = readSignatureHex(signature);
  const problems = new FieldProblems()
    .check(publicKey !== undefined, 'hotkey', 'Hotkey must be an SS58 address with prefix 42: its checksum must fit')
    .check(
      name === undefined || (name.length >= 1 && name.length <= 100),
      'name',
      'Name must be between 1 and 100 characters in length',
    )
    .check(
      Number.isSafeInteger(nonce) && isFresh(nonce),
      'nonce',
      `Nonce must be the time in seconds since 1970, at most ${WINDOW_S} seconds from now`,
    )
    .check(bytes !== undefined, 'signature', 'Signature must be 128 hex digits, without 0x');
  problems.throwIfAny();
  const [key, proof] = [publicKey ?? Buffer.alloc(0), bytes ?? Buffer.alloc(0)]; // both are there by now
  return { name: name ?? addressOf(key), publicKey: key, signature: proof };
}

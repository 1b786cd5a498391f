import { randomInt } from 'node:crypto';

/**
 * The form that clients of API keys know: `cpk_`, 32 hex digits that name the key, 32 that name its user, and 32 letters and
 * digits that are the secret, 190 random bits: 102 characters.
 */
const PREFIX = 'cpk_';
const SHAPE = /^cpk_[0-9a-f]{32}\.[0-9a-f]{32}\.[0-9A-Za-z]{32}$/;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 32;

/** Of two UUIDs. */
export function newApiKeySecret(keyId: string, userId: string): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `${PREFIX}${withoutDashes(keyId)}.${withoutDashes(userId)}.${secret}`;
}

/** Whether a credential says that it is an API key, well-formed or not. */
export function isApiKeySecret(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** False for what cannot be an API key; the database need not be asked. */
export function canBeApiKeySecret(text: string): boolean {
  return SHAPE.test(text);
}

function withoutDashes(uuid: string): string {
  return uuid.replaceAll('-', '');
}

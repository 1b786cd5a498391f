import { randomBytes } from 'node:crypto';

const BLOB_KEY = /^[0-9a-f]{32}$/;
const STAGING_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** A fresh key for a blob: 128 random bits as 32 lower-case hex digits, safe in a path, a URL and an object name. */
export function newBlobKey(): string {
  return randomBytes(16).toString('hex');
}

/** Whether `key` has the form of `newBlobKey`. Drivers look nowhere for a key that has not. */
export function isBlobKey(key: string): boolean {
  return BLOB_KEY.test(key);
}

/** Whether `id` may name a staged write: a UUID or the like, up to 64 lower-case letters, digits and dashes. */
export function isStagingId(id: string): boolean {
  return STAGING_ID.test(id);
}

/** @throws RangeError where `key` is no blob key: whoever writes under it has a bug */
export function assertBlobKey(key: string): void {
  if (!isBlobKey(key)) throw new RangeError('Not a blob key');
}

/** @throws RangeError where `id` is no staging id: whoever writes under it has a bug */
export function assertStagingId(id: string): void {
  if (!isStagingId(id)) throw new RangeError('Not a staging id');
}

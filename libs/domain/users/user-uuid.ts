import { v5 } from 'uuid';

/** Of our own making, for names such as `user:7`. */
const NAMESPACE = '5d5b6c0e-3a0f-4f0e-9a52-6d1f2c7b8e94';

/** A UUID that stands for a user wherever numbers are not taken: version 5 (RFC 9562) of `user:<id>`, the same for ever. */
export function userUuid(userId: number): string {
  return v5(`user:${userId}`, NAMESPACE);
}

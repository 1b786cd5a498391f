import { v5 } from 'uuid';

/** The namespace for object identifiers (RFC 9562, section 6.6). */
const OID_NAMESPACE = '6ba7b812-9dad-11d1-80b4-00c04fd430c8';

/** What stands for a user where numbers are not taken: version 5 of RFC 9562, of nothing that can change, the same everywhere. */
export function userUuid(userId: number): string {
  return v5(`diskyard/users/${userId}`, OID_NAMESPACE);
}

import { v5 } from 'uuid';

/** The namespace for object identifiers (RFC 9562, section 6.6). */
const OID_NAMESPACE = '6ba7b812-9dad-11d1-80b4-00c04fd430c8';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What clients call an image: of `user/name:tag`, whatever its case (the contract's 1.4). */
export function imageUuid(reference: string): string {
  return v5(reference.toLowerCase(), OID_NAMESPACE);
}

/** Whether a text is an id as we write it; others name nothing. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

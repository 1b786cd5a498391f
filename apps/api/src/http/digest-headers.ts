import type { IncomingHttpHeaders } from 'node:http';

/**
 * The SHA-256 that a request declares for its body as 64 hex digits: `Repr-Digest: sha-256=:base64:` (RFC 9530, section
 * 3) or `X-Checksum-Sha256: hex`. Undefined without one; something that is no digest where it is malformed or the two differ.
 */
export function declaredSha256(headers: IncomingHttpHeaders): string | undefined {
  const found = [fromReprDigest(single(headers['repr-digest'])), single(headers['x-checksum-sha256'])]
    .filter((digest) => digest !== undefined)
    .map((digest) => digest.trim().toLowerCase());
  return new Set(found).size > 1 ? 'contradictory' : found[0];
}

/** `Repr-Digest` for an answer. */
export function reprDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

function fromReprDigest(header: string | undefined): string | undefined {
  if (header === undefined || !/(^|[,\s])sha-256\s*=/.test(header)) return undefined;
  const base64 = /(?:^|[,\s])sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header)?.[1];
  return base64 === undefined ? 'malformed' : Buffer.from(base64, 'base64').toString('hex');
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

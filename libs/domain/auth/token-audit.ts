import type { AuditFacts, AuditTarget } from '#domain/audit';
import type { Token } from './token.entity.js';

export function targetOf({ id, name }: Token): AuditTarget {
  return { kind: 'token', id, name };
}

/** Everything but its secret. */
export function factsOf({ userId, scopes, expiresAt }: Token): AuditFacts {
  return { user_id: userId, scopes, expires_at: expiresAt };
}

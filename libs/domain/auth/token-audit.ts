import type { AuditFacts, AuditTarget } from '#domain/audit';
import type { Token } from './token.entity.js';

/** A credential of any kind; what is a bearer token is called a token. */
export function targetOf({ id, name, kind }: Pick<Token, 'id' | 'name' | 'kind'>): AuditTarget {
  return { kind: kind === 'bearer' ? 'token' : kind, id, name };
}

/** Everything but its secret. */
export function factsOf({ userId, scopes, expiresAt }: Pick<Token, 'userId' | 'scopes' | 'expiresAt'>): AuditFacts {
  return { user_id: userId, scopes, expires_at: expiresAt };
}

import { type AuthenticatedPrincipal, grantable, type Scope, SCOPES } from '#kernel';

/** Somebody as they would be with a token of all scopes that never ends. */
export function withEveryScope(
  who: Pick<AuthenticatedPrincipal, 'userId' | 'username' | 'role' | 'subjectIds' | 'isBound'>,
  leads: readonly number[],
  everywhere: readonly Scope[],
): AuthenticatedPrincipal {
  const held = new Set<Scope>(who.role === 'admin' ? SCOPES : everywhere);
  const scopes = new Set(grantable(SCOPES, held));
  return { kind: 'user', ...who, leads: new Set(leads), everywhere: held, scopes, tokenId: 0, expiresAt: null };
}

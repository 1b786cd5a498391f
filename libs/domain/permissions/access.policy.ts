import type { AuthenticatedPrincipal, Principal, Scope } from '#kernel';

/** What a decision about one thing rests on. */
export interface Standing {
  /** The account it belongs to: a user's or a team's. */
  readonly ownerId: number;
  /** What the caller's bindings give them on it. */
  readonly held: readonly Scope[];
}

/** What a team's members may do with what it owns. Its leads own it. */
const MEMBER_SCOPES: readonly Scope[] = ['image:read', 'image:write', 'namespace:read', 'team:read', 'quota:read'];

/** The owner's rights, or a lead's where the owner is a team. */
export function owns({ userId, leads }: AuthenticatedPrincipal, accountId: number): boolean {
  return userId === accountId || leads.has(accountId);
}

/**
 * The one rule of who may do what: a caller's roles grant `scope` on a thing everywhere, by owning it, by being in the
 * team that owns it, or by a binding. What the credential allows is the access guard's to check.
 */
export function may(principal: Principal, scope: Scope, { ownerId, held }: Standing): boolean {
  if (principal.kind === 'anonymous') return false;
  return (
    principal.everywhere.has(scope) ||
    owns(principal, ownerId) ||
    (principal.subjectIds.includes(ownerId) && MEMBER_SCOPES.includes(scope)) ||
    held.includes(scope)
  );
}

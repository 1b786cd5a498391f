import type { AuthenticatedPrincipal, Scope } from '#kernel';
import { may, type Standing } from './access.policy.js';

/** The whole installation, as something to decide about: nobody owns it, and no binding is on it but global ones. */
export const INSTALLATION: Standing = { ownerId: 0, held: [] };

/** Whether both the credential and the caller's roles give a scope on a target. */
export function holds(principal: AuthenticatedPrincipal, scope: Scope, standing: Standing): boolean {
  return principal.scopes.has(scope) && may(principal, scope, standing);
}

/** Which of these scopes the caller cannot hand out on a target. */
export function notHeldOf(principal: AuthenticatedPrincipal, scopes: readonly Scope[], standing: Standing): Scope[] {
  return scopes.filter((scope) => !holds(principal, scope, standing));
}

/** Which of these scopes the caller has by bindings alone: neither as an admin nor by who owns the target. */
export function byBindingsOnly(
  principal: AuthenticatedPrincipal,
  scopes: readonly Scope[],
  { ownerId }: Standing,
): Scope[] {
  const bare = principal.role === 'admin' ? principal : { ...principal, everywhere: new Set<Scope>() };
  return scopes.filter((scope) => !may(bare, scope, { ownerId, held: [] }));
}

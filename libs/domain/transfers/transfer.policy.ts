import { type AuthenticatedPrincipal, mayEverywhere, type Scope } from '#kernel';
import { BUILT_IN_ROLES, notHeld, notHeldOf, owns, type Standing } from '#domain/permissions';
import { ownersOnly } from './transfers.errors.js';

/** What whoever gets it may then do: all that the role `owner` says, of which an image has no use for the rest. */
const HANDED: Readonly<Record<'namespace' | 'image', readonly Scope[]>> = {
  namespace: BUILT_IN_ROLES.owner ?? [],
  image: (BUILT_IN_ROLES.owner ?? []).filter((scope) => /^(image|role):/.test(scope)),
};

/**
 * Giving away is for the owner, and for who may write everywhere; and nobody hands over what they do not hold there, by
 * their roles and by their token.
 * @throws DomainError `forbidden`
 */
export function assertMayGive(
  principal: AuthenticatedPrincipal,
  what: 'namespace' | 'image',
  standing: Standing,
): void {
  if (!owns(principal, standing.ownerId) && !mayEverywhere(principal, `${what}:write`)) throw ownersOnly(what);
  const missing = notHeldOf(principal, HANDED[what], standing);
  if (missing.length > 0) throw notHeld(missing);
}

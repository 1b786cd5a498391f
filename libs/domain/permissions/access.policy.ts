import { type AuthenticatedPrincipal, type Principal, roleScopeOf, type Scope } from '#kernel';

/** A namespace by its lineage, an image by its own id and that of its namespace. */
export interface Place {
  readonly lineage: readonly number[];
  readonly imageId?: number;
}

/** What a decision about one thing rests on. */
export interface Standing {
  /** The account it belongs to: a user's or a team's. */
  readonly ownerId: number;
  /** What the caller's bindings give them on it. */
  readonly held: readonly Scope[];
  /** Where it is; absent for what is in no namespace and no image, which a pinned credential never reaches. */
  readonly at?: Place | undefined;
}

/** What a team's members may do with what it owns. Its leads own it. */
const MEMBER_SCOPES: readonly Scope[] = ['image:read', 'image:write', 'namespace:read', 'team:read', 'quota:read'];

/** The owner's rights on all that is an account's, or a lead's where that is a team. No pinned credential has them. */
export function owns(principal: AuthenticatedPrincipal, accountId: number): boolean {
  return !principal.pins && isOwner(principal, accountId);
}

function isOwner({ userId, leads }: AuthenticatedPrincipal, accountId: number): boolean {
  return userId === accountId || leads.has(accountId);
}

/** Whether the credential reaches a place: one that is not pinned reaches all. */
export function reaches({ pins }: AuthenticatedPrincipal, place: Place | undefined): boolean {
  if (!pins) return true;
  const { lineage, imageId } = place ?? { lineage: [] };
  return (
    lineage.some((id) => pins.namespaceIds.includes(id)) || (imageId !== undefined && pins.imageIds.includes(imageId))
  );
}

/**
 * The one rule of who may do what: a caller's roles grant `scope` on a thing everywhere, by owning it, by being in the
 * team that owns it, or by a binding. What the credential allows is the access guard's to check.
 */
export function may(principal: Principal, scope: Scope, { ownerId, held, at }: Standing): boolean {
  if (principal.kind === 'anonymous' || !reaches(principal, at)) return false;
  const needed = roleScopeOf(scope);
  return (
    principal.everywhere.has(needed) ||
    isOwner(principal, ownerId) ||
    (principal.subjectIds.includes(ownerId) && MEMBER_SCOPES.includes(needed)) ||
    held.includes(needed)
  );
}

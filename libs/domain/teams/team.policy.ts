import type { AuthenticatedPrincipal, Principal, Scope } from '#kernel';
import { may } from '#domain/permissions';
import type { TeamView } from './team-view.js';

/** What a decision about a team rests on. */
export type TeamFacts = Pick<TeamView, 'id' | 'parentId' | 'callerInParent'>;

/** Its members and those of its parent and children see a team, and whoever reads teams everywhere. */
export function maySeeTeam(principal: Principal, { id, callerInParent }: TeamFacts): boolean {
  return callerInParent || may(principal, 'team:read', { ownerId: id, held: [] });
}

/** Its leads and those of its parent manage a team, and whoever holds `scope` everywhere. */
export function mayManageTeam(principal: Principal, scope: Scope, { id, parentId }: TeamFacts): boolean {
  return leads(principal, { id, parentId }) || may(principal, scope, { ownerId: id, held: [] });
}

/**
 * What of a team's scopes the caller cannot pass on by putting somebody into it. Its leads and its parent's hold all of
 * them, as far as their token does; operators who only manage teams hold what they hold everywhere.
 */
export function notHeldToAdmit(
  principal: AuthenticatedPrincipal,
  team: Pick<TeamFacts, 'id' | 'parentId'>,
  scopes: readonly Scope[],
): Scope[] {
  const byRoles = (scope: Scope): boolean => leads(principal, team) || principal.everywhere.has(scope);
  return scopes.filter((scope) => !(principal.scopes.has(scope) && byRoles(scope)));
}

function leads(principal: Principal, { id, parentId }: Pick<TeamFacts, 'id' | 'parentId'>): boolean {
  if (principal.kind !== 'user') return false;
  return principal.leads.has(id) || (parentId !== null && principal.leads.has(parentId));
}

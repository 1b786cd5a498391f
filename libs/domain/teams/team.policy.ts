import type { Principal, Scope } from '#kernel';
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
  const leadsParent = principal.kind === 'user' && parentId !== null && principal.leads.has(parentId);
  return leadsParent || may(principal, scope, { ownerId: id, held: [] });
}

import { type AuthenticatedPrincipal, roleScopeOf, type Scope } from '#kernel';
import { maySee } from '#domain/namespaces';
import { may, withEveryScope } from '#domain/permissions';
import type { Grant, Holder, Reason, Thing } from './access.view.js';

const NOTHING = { role: null, binding: null, team: null, namespace: null, image: null, visibility: null } as const;

function principalOf({ id, username, role, subjectIds, leads, grants }: Holder): AuthenticatedPrincipal {
  const everywhere = grants.filter(isGlobal).flatMap(({ scopes }) => scopes);
  const isBound = !grants.every(isGlobal);
  return withEveryScope({ userId: id, username, role, subjectIds, isBound }, leads, everywhere);
}

/** Whether a user's roles give them a scope on a target: what the access guard and the services decide, by the same rule. */
export function isAllowed(holder: Holder, scope: Scope, thing: Thing): boolean {
  const principal = principalOf(holder);
  if (holder.disabled || !principal.scopes.has(scope)) return false;
  if (thing.kind === 'global') return principal.everywhere.has(roleScopeOf(scope));
  const held = holder.grants.filter((grant) => !isGlobal(grant)).flatMap(({ scopes }) => scopes);
  const facts = { ownerId: thing.ownerId, visibility: thing.visibility, held };
  return isOpenTo(scope, thing) ? maySee(principal, scope, facts) : may(principal, scope, facts);
}

/** All that gives a user a scope on a target; nothing where it is not allowed. */
export function reasonsOf(holder: Holder, scope: Scope, thing: Thing): Reason[] {
  if (!isAllowed(holder, scope, thing)) return [];
  const grants = holder.grants.filter(({ scopes }) => scopes.includes(roleScopeOf(scope))).map(reasonOfGrant);
  return [...reasonsOfStanding(holder, scope, thing), ...grants, ...openness(scope, thing)];
}

/** What a target is open for by its visibility, for everybody or for every user. */
export function openness(scope: Scope, thing: Thing): Reason[] {
  const { visibility } = thing;
  const open = isOpenTo(scope, thing) && visibility !== 'private';
  return open ? [{ ...NOTHING, kind: 'visibility', visibility }] : [];
}

function reasonsOfStanding(holder: Holder, scope: Scope, { ownerId, ownerName }: Thing): Reason[] {
  const reasons: Reason[] = holder.role === 'admin' ? [{ ...NOTHING, kind: 'admin', role: 'admin' }] : [];
  if (holder.id === ownerId) return [...reasons, { ...NOTHING, kind: 'owner' }];
  const bare = { ...principalOf(holder), everywhere: new Set<Scope>() };
  if (!may(bare, scope, { ownerId, held: [] })) return reasons;
  return [...reasons, { ...NOTHING, kind: 'team', team: ownerName, role: bare.leads.has(ownerId) ? 'lead' : 'member' }];
}

function reasonOfGrant(grant: Grant): Reason {
  const { id: binding, role, team, namespace, image } = grant;
  return { kind: isGlobal(grant) ? 'global' : 'binding', role, binding, team, namespace, image, visibility: null };
}

function isGlobal({ namespace, image }: Grant): boolean {
  return namespace === null && image === null;
}

/** A visible tree shows itself and its images; a visible image only itself. */
function isOpenTo(scope: Scope, { kind }: Thing): boolean {
  return kind !== 'global' && (scope === 'image:read' || (scope === 'namespace:read' && kind === 'namespace'));
}

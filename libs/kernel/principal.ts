import { roleScopeOf, type Scope } from './scope.js';

/** What a user is to the whole installation: `admin` may do everything its token says, on every target. */
export const GLOBAL_ROLES = ['member', 'admin'] as const;
export type GlobalRole = (typeof GLOBAL_ROLES)[number];

/** What a credential is confined to: these namespaces and all below, and these images. */
export interface Pins {
  readonly namespaceIds: readonly number[];
  readonly imageIds: readonly number[];
}

/** Somebody who proved who they are. */
export interface AuthenticatedPrincipal {
  readonly kind: 'user';
  readonly userId: number;
  readonly username: string;
  readonly role: GlobalRole;
  /** Whose bindings count for them: their own id, their teams', and those of the teams these are part of. */
  readonly subjectIds: readonly number[];
  /** Whether any binding on a namespace or an image counts for them; most users have none, which spares looking for them. */
  readonly isBound: boolean;
  /** The teams they lead, by id; what these own is theirs to manage. */
  readonly leads: ReadonlySet<number>;
  /** What their roles grant on every target, whatever the credential says. */
  readonly everywhere: ReadonlySet<Scope>;
  /** The credential's scopes, cut to what the user's roles can ever grant. */
  readonly scopes: ReadonlySet<Scope>;
  readonly tokenId: number;
  /** Whether they are a service account of a team or a namespace, which gets nothing of its own. Absent for no. */
  readonly ownsNothing?: boolean;
  /** When the credential ends, or null. Nothing it makes may outlive it. */
  readonly expiresAt: Date | null;
  /** The networks that the credential counts from; absent or empty for anywhere. What it makes counts from no others. */
  readonly cidrs?: readonly string[];
  /** Absent for a credential that is not confined. */
  readonly pins?: Pins | undefined;
}

/** Who is asking. */
export type Principal = AuthenticatedPrincipal | { readonly kind: 'anonymous' };

export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** The user's id, or null for the anonymous: fits a SQL parameter, where null equals nobody. */
export function userIdOf(principal: Principal): number | null {
  return principal.kind === 'user' ? principal.userId : null;
}

/** Whose things and bindings are theirs; nobody's for the anonymous. Fits a SQL parameter of type `integer[]`. */
export function subjectIdsOf(principal: Principal): readonly number[] {
  return principal.kind === 'user' ? principal.subjectIds : [];
}

export function isAdmin(principal: Principal): boolean {
  return principal.kind === 'user' && principal.role === 'admin' && !principal.pins;
}

/** Whether both the credential and the user's roles grant a scope on every target there is. */
export function mayEverywhere(principal: Principal, scope: Scope): boolean {
  if (principal.kind === 'anonymous' || principal.pins) return false;
  return principal.everywhere.has(roleScopeOf(scope)) && principal.scopes.has(scope);
}

/** Scopes that act on the whole installation: no ownership grants them, only a role that is bound globally. */
export const INSTALLATION_SCOPES: readonly Scope[] = ['user:delete', 'quota:write', 'quota:delete', 'audit:read'];

/** What of a token's scopes can ever be granted to a user, given what their roles grant everywhere. */
export function grantable(scopes: readonly Scope[], everywhere: ReadonlySet<Scope>): Scope[] {
  return scopes.filter((scope) => everywhere.has(scope) || !INSTALLATION_SCOPES.includes(scope));
}

import type { Scope } from './scope.js';

/** What a user is to the whole installation: `admin` may do everything its token says, on every target. */
export const GLOBAL_ROLES = ['member', 'admin'] as const;
export type GlobalRole = (typeof GLOBAL_ROLES)[number];

/** Somebody who proved who they are. */
export interface AuthenticatedPrincipal {
  readonly kind: 'user';
  readonly userId: number;
  readonly username: string;
  readonly role: GlobalRole;
  /** The credential's scopes, cut to what the user's role can ever grant. */
  readonly scopes: ReadonlySet<Scope>;
  readonly tokenId: number;
  /** When the credential ends, or null. Nothing it makes may outlive it. */
  readonly expiresAt: Date | null;
}

/** Who is asking. */
export type Principal = AuthenticatedPrincipal | { readonly kind: 'anonymous' };

export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** The user's id, or null for the anonymous: fits a SQL parameter, where null equals nobody. */
export function userIdOf(principal: Principal): number | null {
  return principal.kind === 'user' ? principal.userId : null;
}

export function isAdmin(principal: Principal): boolean {
  return principal.kind === 'user' && principal.role === 'admin';
}

/** Scopes that act on other people's accounts; only the `admin` role grants them. */
const ADMIN_ONLY: readonly Scope[] = ['user:delete'];

/** Whether a role can ever grant a scope. */
export function roleGrants(role: GlobalRole, scope: Scope): boolean {
  return role === 'admin' || !ADMIN_ONLY.includes(scope);
}

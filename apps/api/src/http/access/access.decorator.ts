import { SetMetadata } from '@nestjs/common';
import { DomainError, type Principal, type Scope } from '#kernel';

/** Who may call a route at all. What they may touch is the services' to decide. */
export type Access =
  | { readonly kind: 'scope'; readonly scope: Scope }
  /** Without a credential it serves what is public; with one, the scope counts. */
  | { readonly kind: 'scope or public'; readonly scope: Scope }
  /** Any valid credential. */
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'public' };

export const ACCESS = Symbol('access');

const declare = (access: Access): MethodDecorator => SetMetadata(ACCESS, access);

/** The route takes a credential with this scope. */
export const RequireScope = (scope: Scope): MethodDecorator => declare({ kind: 'scope', scope });

/** As `RequireScope`; without a credential the route serves what is public, and 404 for the rest. */
export const RequireScopeUnlessPublic = (scope: Scope): MethodDecorator => declare({ kind: 'scope or public', scope });

/** The route takes any valid credential. */
export const Authenticated = (): MethodDecorator => declare({ kind: 'authenticated' });

/** The route is for everybody. */
export const Public = (): MethodDecorator => declare({ kind: 'public' });

/** The scope that a route asks for and the caller's credential does not have. */
export function lacksScope(principal: Principal, access: Access): Scope | undefined {
  if (!('scope' in access)) return undefined;
  return principal.kind === 'user' && principal.scopes.has(access.scope) ? undefined : access.scope;
}

/** @throws DomainError `forbidden` */
export function assertScope(principal: Principal, access: Access): void {
  const scope = lacksScope(principal, access);
  if (scope !== undefined) throw new DomainError('forbidden', `Your token does not have the scope ${scope}`, { scope });
}

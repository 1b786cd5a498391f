import { SetMetadata } from '@nestjs/common';
import type { Scope } from '#kernel';

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

import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { ANONYMOUS, DomainError, type Principal } from '#kernel';
import { ACCESS, type Access } from './access.decorator.js';

/** The name under which the native dialect's passport strategy is registered. */
export const BEARER = 'bearer';

/** Stands before every route. A route that declares no access is unreachable. */
@Injectable()
export class AccessGuard extends AuthGuard(BEARER) {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (!access) throw new DomainError('not_found', 'Not Found');
    if (access.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<Request & { user?: Principal }>();
    if (access.kind === 'scope or public' && request.headers.authorization === undefined) {
      request.user = ANONYMOUS;
      return true;
    }
    await super.canActivate(context);
    if (access.kind !== 'authenticated') this.requireScope(context, request.user, access.scope);
    return true;
  }

  /** What passport found: a principal, or the challenge of RFC 6750, section 3, that tells what was wrong. */
  override handleRequest<User>(error: unknown, user: User | false, info: unknown, context: ExecutionContext): User {
    if (error) throw error as Error; // whatever the strategy passed on
    if (user) return user;
    const challenge = typeof info === 'string' ? info : 'Bearer realm="Diskyard", error="invalid_request"';
    context.switchToHttp().getResponse<Response>().setHeader('WWW-Authenticate', challenge);
    throw new DomainError('unauthenticated', 'Send a valid token in the header "Authorization: Bearer <token>"');
  }

  /** RFC 6750, section 3.1, `insufficient_scope`. */
  private requireScope(context: ExecutionContext, principal: Principal | undefined, scope: string): void {
    const held: ReadonlySet<string> = principal?.kind === 'user' ? principal.scopes : new Set();
    if (held.has(scope)) return;
    context
      .switchToHttp()
      .getResponse<Response>()
      .setHeader('WWW-Authenticate', `Bearer realm="Diskyard", error="insufficient_scope", scope="${scope}"`);
    throw new DomainError('forbidden', `Your token does not have the scope ${scope}`, { scope });
  }
}

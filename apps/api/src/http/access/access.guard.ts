import { type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { ANONYMOUS, DomainError, type Principal } from '#kernel';
import { ACCESS, type Access, assertScope, lacksScope } from './access.decorator.js';
import { CREDENTIALS, type Credentials } from './credentials.js';

/** The name under which the native dialect's passport strategy is registered. */
export const BEARER = 'bearer';

type Identified = Request & { user?: Principal };

/** Stands before every route. A route that declares no access is unreachable. */
@Injectable()
export class AccessGuard extends AuthGuard(BEARER) {
  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (!access) throw new DomainError('not_found', 'Not Found');
    if (access.kind === 'public') return true;
    const type = this.reflector.get<Type<Credentials> | undefined>(CREDENTIALS, context.getClass());
    if (type) await this.identify(context, access, this.modules.get(type, { strict: false }));
    else await this.identifyBearer(context, access);
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

  /** By the credentials of a dialect. */
  private async identify(context: ExecutionContext, access: Access, credentials: Credentials): Promise<void> {
    const http = context.switchToHttp();
    const request = http.getRequest<Identified>();
    request.user = await credentials.identify(request, http.getResponse<Response>(), access);
    if (request.user.kind === 'user') assertScope(request.user, access);
    else if (access.kind !== 'scope or public') throw new DomainError('unauthenticated', credentials.advice);
  }

  private async identifyBearer(context: ExecutionContext, access: Access): Promise<void> {
    const request = context.switchToHttp().getRequest<Identified>();
    if (access.kind === 'scope or public' && request.headers.authorization === undefined) {
      request.user = ANONYMOUS;
      return;
    }
    await super.canActivate(context);
    const missing = lacksScope(request.user ?? ANONYMOUS, access);
    if (missing === undefined) return;
    // RFC 6750, section 3.1
    const challenge = `Bearer realm="Diskyard", error="insufficient_scope", scope="${missing}"`;
    context.switchToHttp().getResponse<Response>().setHeader('WWW-Authenticate', challenge);
    assertScope(request.user ?? ANONYMOUS, access);
  }
}

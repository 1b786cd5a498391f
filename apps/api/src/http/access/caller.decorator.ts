import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type AuthenticatedPrincipal, type Principal } from '#kernel';

/** Who is asking, as the access guard found out. On a route that demands a credential it is an AuthenticatedPrincipal. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<{ user: AuthenticatedPrincipal }>().user,
);

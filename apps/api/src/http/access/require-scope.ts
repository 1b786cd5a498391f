import type { Response } from 'express';
import { DomainError, type Principal } from '#kernel';

/** What a credential must allow. @throws DomainError `forbidden`, with the challenge of RFC 6750, section 3.1, `insufficient_scope` */
export function requireScope(principal: Principal | undefined, scope: string, response: Response): void {
  const held: ReadonlySet<string> = principal?.kind === 'user' ? principal.scopes : new Set();
  if (held.has(scope)) return;
  response.setHeader('WWW-Authenticate', `Bearer realm="Diskyard", error="insufficient_scope", scope="${scope}"`);
  throw new DomainError('forbidden', `Your token does not have the scope ${scope}`, { scope });
}

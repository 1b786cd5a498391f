import type { AuthenticatedPrincipal } from '#kernel';
import { owns } from '#domain/permissions';
import { cannotOwn } from '#domain/users';
import { pinnedElsewhere } from './images.errors.js';

/** Outside any namespace an image is its author's own. @throws DomainError `forbidden` to whoever may not have it so */
export function assertMayOwn(principal: AuthenticatedPrincipal): void {
  if (!owns(principal, principal.userId)) throw pinnedElsewhere();
  if (principal.ownsNothing) throw cannotOwn(principal.username);
}

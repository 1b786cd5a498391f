import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal, Scope } from '#kernel';
import { GrantLimits, holds, INSTALLATION, notHeld, notHeldOf } from '#domain/permissions';
import { lacksScope, tooLong } from './roles.errors.js';
import type { Target } from './targets.js';

/** Nobody grants more than they hold themselves: not on another target, no further scope, and for no longer. */
@Injectable()
export class Grants {
  constructor(private readonly limits: GrantLimits) {}

  /**
   * Decides whether the caller may give `scopes` on a target, and until when.
   * @param wanted - when it is to end; null for never, undefined for as long as the caller can give it
   * @throws DomainError `forbidden`
   */
  async allow(
    principal: AuthenticatedPrincipal,
    target: Target,
    scopes: readonly Scope[],
    wanted: Date | null | undefined,
  ): Promise<Date | null> {
    const { standing } = target;
    if (!holds(principal, 'role:write', standing)) throw lacksScope('role:write', whereOf(target));
    const missing = notHeldOf(principal, scopes, standing);
    if (missing.length > 0) throw notHeld(missing);
    const limit = await this.limits.until(principal, scopes, target);
    if (wanted === undefined) return limit;
    if (limit !== null && (wanted === null || wanted > limit)) throw tooLong(limit);
    return wanted;
  }
}

export function whereOf({ standing, imageId }: Target): string {
  if (standing === INSTALLATION) return 'on the whole installation';
  return imageId === null ? 'on this namespace' : 'on this image';
}

import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal, Scope } from '#kernel';
import { BindingsRepository } from './bindings.repository.js';
import { byBindingsOnly, holds, INSTALLATION, notHeldOf } from './grants.policy.js';
import { lacksScope, notHeld, tooLong } from './roles.errors.js';
import type { Target } from './targets.js';

/** Nobody grants more than they hold themselves: not on another target, no further scope, and for no longer. */
@Injectable()
export class Grants {
  constructor(private readonly bindings: BindingsRepository) {}

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
    const limit = await this.limitOf(principal, target, scopes);
    if (wanted === undefined) return limit;
    if (limit !== null && (wanted === null || wanted > limit)) throw tooLong(limit);
    return wanted;
  }

  /** When the caller's token ends, or what they hold by bindings alone, whichever is first. */
  private async limitOf(
    principal: AuthenticatedPrincipal,
    target: Target,
    scopes: readonly Scope[],
  ): Promise<Date | null> {
    const bound = byBindingsOnly(principal, scopes, target.standing);
    const until = bound.length === 0 ? null : await this.bindings.heldUntil(principal.subjectIds, bound, target);
    const ends = [principal.expiresAt, until].filter((end) => end !== null);
    return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null);
  }
}

export function whereOf({ standing, imageId }: Target): string {
  if (standing === INSTALLATION) return 'on the whole installation';
  return imageId === null ? 'on this namespace' : 'on this image';
}

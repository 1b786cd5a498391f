import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal, Scope } from '#kernel';
import type { Standing } from './access.policy.js';
import { byBindingsOnly } from './grants.policy.js';
import { GrantsRepository, type GrantTarget } from './grants.repository.js';

/** Nobody grants anything for longer than they hold it. */
@Injectable()
export class GrantLimits {
  constructor(private readonly grants: GrantsRepository) {}

  /** When the caller's token ends, or what they hold of `scopes` by bindings alone, whichever is first; null for no end. */
  async until(
    principal: AuthenticatedPrincipal,
    scopes: readonly Scope[],
    target: GrantTarget & { readonly standing: Standing },
  ): Promise<Date | null> {
    const bound = byBindingsOnly(principal, scopes, target.standing);
    const until = bound.length === 0 ? null : await this.grants.heldUntil(principal.subjectIds, bound, target);
    const ends = [principal.expiresAt, until].filter((end) => end !== null);
    return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null);
  }
}

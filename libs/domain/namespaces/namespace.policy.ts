import type { Principal, Scope } from '#kernel';
import { may, reaches, type Standing } from '#domain/permissions';
import type { Visibility } from './visibility.js';

/** What a decision about a tree, or about an image in it, rests on. */
export interface AccessFacts extends Standing {
  readonly visibility: Visibility;
}

/** Whether the caller may see it: as anybody, as any user, or by `scope`. */
export function maySee(principal: Principal, scope: Scope, facts: AccessFacts): boolean {
  if (facts.visibility === 'public') return true;
  if (facts.visibility === 'internal' && principal.kind === 'user' && reaches(principal, facts.at)) return true;
  return may(principal, scope, facts);
}

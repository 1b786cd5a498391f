import { isAdmin, type Principal } from '#kernel';
import type { CollaboratorRole } from './collaborator-role.js';
import type { Visibility } from './visibility.js';

/** What a decision about a tree, or about an image in it, rests on. */
export interface AccessFacts {
  readonly ownerId: number;
  readonly visibility: Visibility;
  /** The caller's role in the tree. */
  readonly collaboratorRole: CollaboratorRole | null;
}

function isOwner(principal: Principal, { ownerId }: AccessFacts): boolean {
  return principal.kind === 'user' && principal.userId === ownerId;
}

/** The owner's and the admins' rights: change, delete, invite. */
export function mayManage(principal: Principal, facts: AccessFacts): boolean {
  return isAdmin(principal) || isOwner(principal, facts);
}

/** See it exists and read what is in it. */
export function mayRead(principal: Principal, facts: AccessFacts): boolean {
  if (facts.visibility === 'public') return true;
  if (principal.kind === 'anonymous') return false;
  return facts.visibility === 'internal' || facts.collaboratorRole !== null || mayManage(principal, facts);
}

/** Push images into it, change them, make namespaces below it. */
export function mayWrite(principal: Principal, facts: AccessFacts): boolean {
  const { collaboratorRole: role } = facts;
  return role === 'writer' || role === 'maintainer' || mayManage(principal, facts);
}

/** Delete images in it. */
export function mayDelete(principal: Principal, facts: AccessFacts): boolean {
  return facts.collaboratorRole === 'maintainer' || mayManage(principal, facts);
}

import type { Scope } from '#kernel';
import type { AuditTarget } from '#domain/audit';
import type { Namespace } from './namespace.entity.js';
import type { AccessFacts } from './namespace.policy.js';

/** A user as others see them. */
export interface UserSummary {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly createdAt: Date;
}

/** A namespace with what an answer needs around it, read in one statement. */
export interface NamespaceView extends Namespace {
  readonly user: UserSummary;
  /** What the caller's bindings on it, or above it, give them. */
  readonly held: readonly Scope[];
}

export function factsOf(view: NamespaceView): AccessFacts {
  return { ownerId: view.userId, visibility: view.visibility, held: view.held, at: { lineage: view.lineage } };
}

export function auditTarget({ id, user, path }: NamespaceView): AuditTarget {
  return { kind: 'namespace', id, name: `${user.username}/${path}` };
}

import type { CollaboratorRole } from './collaborator-role.js';
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
  /** The caller's role in its tree. */
  readonly collaboratorRole: CollaboratorRole | null;
}

export function factsOf(view: NamespaceView): AccessFacts {
  return { ownerId: view.userId, visibility: view.visibility, collaboratorRole: view.collaboratorRole };
}

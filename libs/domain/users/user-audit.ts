import type { AuditFacts, AuditTarget } from '#domain/audit';
import type { User } from './user.entity.js';

export function targetOf({ id, username }: Pick<User, 'id' | 'username'>): AuditTarget {
  return { kind: 'user', id, name: username };
}

/** Also whose it is, for an account that belongs to a team or a namespace. */
export function factsOf({ username, email, kind, role, ownerId, namespaceId, disabledAt }: User): AuditFacts {
  return {
    username,
    email,
    kind,
    role,
    disabled: disabledAt !== null,
    ...(ownerId !== null && { owner_id: ownerId }),
    ...(namespaceId !== null && { namespace_id: namespaceId }),
  };
}

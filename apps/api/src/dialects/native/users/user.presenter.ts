import type { UserSummary } from '#domain/namespaces';
import type { User } from '#domain/users';
import type { UserAnswer, UserSummaryAnswer } from './user.schema.js';

/** A user as part of other answers (the contract's section 5, with `id`). */
export function presentUserSummary({ id, username, email, createdAt }: UserSummary): UserSummaryAnswer {
  return { id, username, email, created_at: createdAt };
}

export function presentUser(user: User): UserAnswer {
  return {
    ...presentUserSummary(user),
    kind: user.kind,
    role: user.role,
    owner_id: user.ownerId,
    namespace_id: user.namespaceId,
    disabled: user.disabledAt !== null,
    disabled_at: user.disabledAt,
    updated_at: user.updatedAt,
  };
}

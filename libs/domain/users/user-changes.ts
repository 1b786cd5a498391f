import { hash } from '@node-rs/argon2';
import type { GlobalRole } from '#kernel';
import type { AuditFacts } from '#domain/audit';
import type { User } from './user.entity.js';

export interface UserChanges {
  readonly email?: string | undefined;
  /** `null` removes the password. */
  readonly password?: string | null | undefined;
  readonly disabled?: boolean | undefined;
  readonly role?: GlobalRole | undefined;
}

/** That a password changed, but not to what. */
export function factsOfChanges({ email, role, disabled, password }: UserChanges): AuditFacts {
  return { email, role, disabled, password: password && 'changed', ...(password === null && { password: 'removed' }) };
}

/** What was not named is undefined, and stays; argon2id with the library's defaults (RFC 9106's second recommendation). */
export async function toColumns(
  { email, password, disabled, role }: UserChanges,
  user: User,
): Promise<{ [Name in keyof User]?: User[Name] | undefined }> {
  return {
    email,
    role,
    passwordHash: typeof password === 'string' ? await hash(password) : password,
    disabledAt: disabled === true ? (user.disabledAt ?? new Date()) : disabled === false ? null : undefined,
  };
}

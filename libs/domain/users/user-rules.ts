import { FieldProblems, type GlobalRole } from '#kernel';
import type { AccountKind, User } from './user.entity.js';

export interface UserInput {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
}

/** What follows the field's name in a refusal. */
export const ACCOUNT_NAME_RULE = 'must be 3 to 30 letters, digits, dots or dashes, and begin with a letter or digit';

/** Whether a user or a team may be called so; they share one space of names. */
export function isAccountName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.-]{2,29}$/.test(name);
}

/** Checks what was given of a user's fields (the contract's section 5). @throws DomainError `invalid` naming each field */
export function checkUserInput({ username, email, password }: UserInput): void {
  const problems = new FieldProblems();
  if (username !== undefined) {
    problems.check(isAccountName(username), 'username', `Username ${ACCOUNT_NAME_RULE}`);
  }
  if (email !== undefined) {
    problems.check(/^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254, 'email', 'Email is not an address');
  }
  if (password !== undefined) {
    problems.check(
      password.length >= 6 && password.length <= 128,
      'password',
      'Password must be between 6 and 128 characters in length',
    );
  }
  problems.throwIfAny();
}

/** What an account can belong to. */
export type AccountOwner = 'team' | 'namespace';

/** Undefined for who belongs to nobody, and may own things. Never changes while the account is there. */
export function ownerOf({ ownerId, namespaceId }: Pick<User, 'ownerId' | 'namespaceId'>): AccountOwner | undefined {
  if (ownerId !== null) return 'team';
  return namespaceId === null ? undefined : 'namespace';
}

/** What belongs to a team or a namespace is a service account, and no admin. @throws DomainError `invalid` naming each field */
export function checkOwnedAccount(owner: AccountOwner, kind: AccountKind, role: GlobalRole): void {
  new FieldProblems()
    .check(kind === 'service', 'kind', `Kind must be service for an account that belongs to a ${owner}`)
    .check(role === 'member', 'role', `Role must be member for an account that belongs to a ${owner}`)
    .throwIfAny();
}

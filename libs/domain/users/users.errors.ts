import { DomainError } from '#kernel';
import type { AccountOwner } from './user-rules.js';

export const userNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const adminsOnly = (): DomainError =>
  new DomainError('forbidden', 'Only a user with the role admin may do this');

export const noSuchTeam = (): DomainError => DomainError.field('invalid', 'team', 'No such team');

export const teamLeadsOnly = (): DomainError =>
  new DomainError('forbidden', 'Only the leads of a team make service accounts for it');

export const namespaceOwnersOnly = (): DomainError =>
  new DomainError('forbidden', 'Only the owner of a namespace makes service accounts for it');

/** Each account has quotas of its own: those of teams and namespaces would be a way around theirs. */
export const cannotOwn = (username: string): DomainError =>
  new DomainError(
    'forbidden',
    `${username} is a service account of a team or a namespace and can own nothing; ` +
      'name a namespace of somebody else that it has a role on',
  );

/** `limit` is MAX_SERVICE_ACCOUNTS. */
export const tooManyAccounts = (owner: AccountOwner, limit: number): DomainError =>
  new DomainError(
    'conflict',
    `${owner === 'team' ? 'The team' : 'The namespace’s tree'} has its ${limit} service accounts, and may have no more; ` +
      'ask an admin to delete some, or the operator for a higher limit',
  );

export const lastAdmin = (): DomainError =>
  new DomainError('conflict', 'This is the last active admin; make another user admin first');

export const stillOwns = ({ images, namespaces }: { images: number; namespaces: number }): DomainError =>
  new DomainError(
    'conflict',
    `The user still owns ${images} images and ${namespaces} namespaces; delete or move them first, or disable the user`,
  );

export const accountsStillOwn = (usernames: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    'Service accounts of this namespace, or of one below it, still own images or namespaces; ' +
      `delete or transfer these first: ${usernames.join(', ')}`,
  );

/** What a violated unique index of `users` means to the caller. */
export function takenName(index: string | undefined): DomainError | undefined {
  if (index === 'users_username_key') return DomainError.field('invalid', 'username', 'Username already exists');
  if (index === 'users_email_key') return DomainError.field('invalid', 'email', 'Email already exists');
  return undefined;
}

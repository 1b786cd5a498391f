import { DomainError, type Scope } from '#kernel';

export const namespaceNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const mayNot = (scope: Scope): DomainError =>
  new DomainError('forbidden', `You can see this namespace, but have no role with ${scope} on it`, { scope });

export const nameTaken = (): DomainError => DomainError.field('invalid', 'name', 'Name already exists');

export const onlyForATime = (until: Date): DomainError =>
  new DomainError(
    'forbidden',
    `What you hold ends at ${until.toISOString()}, and an invite does not; bind a role that ends by then`,
  );

export const voidInvite = (): DomainError =>
  new DomainError(
    'conflict',
    'This invite is void: who sent it may not give that role here any more; ask for a new one',
  );

/** Deleting a namespace would leave two images with one name. */
export const wouldClash = (references: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    'Without this namespace these images would clash with others of their owner; rename, move or delete them first: ' +
      references.join(', '),
  );

import { DomainError, type Scope } from '#kernel';

export const namespaceNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const mayNot = (scope: Scope): DomainError =>
  new DomainError('forbidden', `You can see this namespace, but have no role with ${scope} on it`, { scope });

export const nameTaken = (): DomainError => DomainError.field('invalid', 'name', 'Name already exists');

/** Deleting a namespace would leave two images with one name. */
export const wouldClash = (references: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    'Without this namespace these images would clash with others of their owner; rename, move or delete them first: ' +
      references.join(', '),
  );

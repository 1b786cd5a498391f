import { DomainError, type Scope } from '#kernel';

/** Of a role, a binding, a subject or a target: a caller is not told which is missing, or whether it is hidden. */
export const notFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const lacksScope = (scope: Scope, where: string): DomainError =>
  new DomainError('forbidden', `You have no role with ${scope} ${where}`, { scope });

export const tooLong = (until: Date): DomainError =>
  new DomainError('forbidden', `What you hold ends at ${until.toISOString()}; what you grant cannot last longer`);

export const builtIn = (name: string): DomainError =>
  new DomainError('conflict', `The role ${name} is built in; it can neither be changed nor deleted`);

export const staleVersion = (version: number): DomainError =>
  new DomainError('conflict', `The role has changed: it is at version ${version}; read it again and send that version`);

export const stillBound = (): DomainError =>
  new DomainError('conflict', 'The role is bound; delete its bindings first');

/** Scopes added to a role reach everybody it is bound to, which is further than its editor does. */
export const cannotWiden = (): DomainError =>
  new DomainError(
    'conflict',
    'The role has bindings that would get more than you can grant: outside its tree, on a single target, or beyond the end of what you hold',
  );

export const roleNameTaken = (): DomainError => DomainError.field('invalid', 'name', 'Name already exists');

export const alreadyBound = (): DomainError => new DomainError('conflict', 'The subject has this role there already');

import { DomainError } from '#kernel';

export const ownersOnly = (what: 'namespace' | 'image'): DomainError =>
  new DomainError('forbidden', `You can see this ${what}, but only its owner may transfer it`);

export const rootsOnly = (): DomainError =>
  new DomainError('invalid', 'Only a root namespace can be transferred; everything below goes with it');

export const noSuchReceiver = (): DomainError => DomainError.field('invalid', 'to', 'No such user or team');

export const alreadyTheirs = (): DomainError => DomainError.field('invalid', 'to', 'It belongs to them already');

export const ownsNothing = (): DomainError =>
  DomainError.field('invalid', 'to', 'A service account of a team or a namespace can own nothing');

/** Nobody gets things pushed onto them. */
export const notTheirsToGive = (): DomainError =>
  new DomainError('forbidden', 'You can transfer to yourself and to teams you are in; ask an operator for the rest');

export const wouldClash = (references: readonly string[]): DomainError =>
  new DomainError('conflict', `The receiver has these already; nothing was transferred: ${references.join(', ')}`);

export const pushesUnderWay = (references: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    `Images are on their way into it; try again when they have arrived: ${references.join(', ')}`,
  );

export const movedMeanwhile = (): DomainError =>
  new DomainError('conflict', 'It was moved at this very moment; look at it and try again');

import { DomainError, type Scope } from '#kernel';

export const notHeld = (missing: readonly Scope[]): DomainError =>
  new DomainError('forbidden', `You cannot grant what you do not hold: ${missing.join(', ')}`);

import { DomainError } from '#kernel';
import type { OperationStatus } from './operation.js';

export const operationNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const mayNotManage = (): DomainError =>
  new DomainError('forbidden', 'You can see this operation, but have no role with image:write on its image');

export const cannotCancel = (status: OperationStatus): DomainError =>
  new DomainError(
    'conflict',
    `The operation has ${status === 'cancelled' ? 'been cancelled' : status} already; there is nothing to cancel`,
  );

export const cannotRetry = (status: OperationStatus): DomainError =>
  new DomainError('conflict', `Only an operation that failed or was cancelled can be retried; this one is ${status}`);

/** The work has been given to somebody else, or its image is gone. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
  constructor() {
    super('The operation was given to another worker, or its image was deleted');
  }
}

/** The work was cut short. @param cause - why: someone cancelled it, this process ends, or the claim was lost */
export class WorkAbortedError extends Error {
  override readonly name = 'WorkAbortedError';
  constructor(readonly why: 'cancelled' | 'shutdown' | 'lost') {
    super(`The work was aborted: ${why}`);
  }
}

/** A failure that another attempt may get over. `message` is for people. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
}

/** What stands where an operation was cancelled. */
export const CANCELLED = 'It was cancelled';

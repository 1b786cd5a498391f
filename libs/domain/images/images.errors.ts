import { DomainError } from '#kernel';
import { BlobNotFoundError, StorageError, StorageFullError } from '#platform/storage';

export const imageNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const imageMoved = (): DomainError =>
  new DomainError('conflict', 'The image was moved at this very moment; look at it and try again');

/** `invalid`: an image, or a push under way, has the reference. */
export class ReferenceTakenError extends DomainError {
  constructor(message: string) {
    super('invalid', message, { fields: { name: [message] } });
  }
}

export const imageNameTaken = (): DomainError => new ReferenceTakenError('Name already exists');

/** Of an operation whose earlier attempt has not let go of its bytes. */
export const beingFilled = (): DomainError =>
  new DomainError('conflict', 'Another worker still has bytes of an earlier attempt');

export const beingPushed = (): DomainError =>
  new ReferenceTakenError('Name already exists: another push of it is under way');

export const notDownloaded = (): DomainError =>
  DomainError.field('invalid', 'refresh', 'Refresh is for images that were downloaded; this one was pushed');

export const imageTooLarge = (limitBytes: number): DomainError =>
  DomainError.field('too_large', 'file', `File is too large: at most ${limitBytes} bytes are taken here`);

export const digestMismatch = (declared: string, found: string): DomainError =>
  DomainError.field(
    'checksum_mismatch',
    'file',
    `File has SHA-256 ${found}, but ${declared} was declared; send it again`,
  );

export const pinnedElsewhere = (): DomainError =>
  new DomainError('forbidden', 'Your token is pinned; push into a namespace that it is pinned to');

export const mayNot = (verb: string): DomainError =>
  new DomainError('forbidden', `You can see this image but not ${verb} it`);

/** A fault of the store in the registry's words; anything else as it is. */
export function fromStorage(error: unknown): unknown {
  if (error instanceof StorageFullError) {
    return new DomainError('storage_full', 'The server has no room for this image; ask its operator', { cause: error });
  }
  if (error instanceof BlobNotFoundError || error instanceof StorageError) {
    return new DomainError('storage_unavailable', 'The image store does not answer; try again later', { cause: error });
  }
  return error;
}

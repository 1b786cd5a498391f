import { BlobNotFoundError, StorageError, StorageFullError, StorageUnavailableError } from '../../storage.errors.js';

/** The errno name of a failed system call, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What a failed system call of a write means to the store's user; typed errors pass through. */
export function writeFault(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  switch (errnoOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG': // over what the file system, or a limit of the process, allows one file
      return new StorageFullError('No room for these bytes', { cause });
    default:
      return new StorageUnavailableError('The disk refused a write', { cause });
  }
}

/** The same for the creation of a staged file. */
export function createFault(cause: unknown): StorageError {
  return errnoOf(cause) === 'EEXIST' ? new StorageError('There is such a write already', { cause }) : writeFault(cause);
}

/** The same for a read. */
export function readFault(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  return errnoOf(cause) === 'ENOENT'
    ? new BlobNotFoundError('No such blob', { cause })
    : new StorageUnavailableError('The disk refused a read', { cause });
}

/** For what may be gone already: waits for `call` and takes ENOENT as success. */
export async function unlessGone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

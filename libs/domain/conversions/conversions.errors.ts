import { DomainError } from '#kernel';
import { DecompressedSizeError, DecompressionError, DecompressorMissingError } from '#platform/decompression';
import { QemuImgError, QemuImgMissingError } from '#platform/qemu-img';
import { SandboxLimitError, SandboxUnavailableError } from '#platform/sandbox';
import { StorageError, StorageFullError } from '#platform/storage';
import { DiskRefusedError } from '#disk-formats';
import { RetryableError } from '#domain/operations';

/** What a conversion failed with, as operations have it: final, in words for people, or worth another attempt. Anything else as it is. */
export function fromConversion(error: unknown): unknown {
  if (isFull(error)) {
    return new DomainError('storage_full', 'The server has no room for this work; ask its operator', { cause: error });
  }
  if (error instanceof DiskRefusedError) return refused(`File refused: ${error.message}`, error);
  if (error instanceof DecompressionError) return refused(`File refused: ${error.message}`, error);
  if (error instanceof QemuImgError) return refused(`qemu-img cannot convert it: ${error.message}`, error);
  if (error instanceof DecompressedSizeError) return new DomainError('too_large', error.message, { cause: error });
  if (error instanceof SandboxLimitError)
    return new DomainError('too_large', `${error.message}; ask the operator to raise it`, { cause: error });
  if (isMissing(error)) return new DomainError('unavailable', error.message, { cause: error });
  if (error instanceof StorageError) return new RetryableError('The image store does not answer', { cause: error });
  if (error instanceof DomainError && error.code === 'storage_unavailable') {
    return new RetryableError(error.message, { cause: error });
  }
  return error;
}

/** Something that conversions need is not on this machine; the message names its package. */
export function isMissing(error: unknown): error is Error {
  return [DecompressorMissingError, QemuImgMissingError, SandboxUnavailableError].some((type) => error instanceof type);
}

function refused(message: string, cause: Error): DomainError {
  return new DomainError('unsupported_format', message, { cause });
}

/** What the store, system calls and qemu-img say of a disk without room. */
function isFull(error: unknown): boolean {
  if (error instanceof StorageFullError) return true;
  if (error instanceof QemuImgError) return error.message.includes('No space left on device');
  const { code = '' } = error as { code?: string };
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code);
}

import { DomainError } from '#kernel';
import { EmulatorError, EmulatorMissingError } from '#platform/emulator';
import { QemuImgError, QemuImgMissingError } from '#platform/qemu-img';
import { SandboxLimitError, SandboxUnavailableError } from '#platform/sandbox';
import { StorageError, StorageFullError } from '#platform/storage';
import { RetryableError } from '#domain/operations';

/** What a boot test came to grief with, as operations have it: final, in words for people, or worth another attempt. Anything else as it is. */
export function fromEmulator(error: unknown): unknown {
  if ([EmulatorMissingError, QemuImgMissingError, SandboxUnavailableError].some((type) => error instanceof type)) {
    return new DomainError('unavailable', (error as Error).message, { cause: error });
  }
  if (error instanceof SandboxLimitError) {
    return new DomainError('too_large', `${error.message}; ask the operator`, { cause: error });
  }
  if (error instanceof EmulatorError || error instanceof QemuImgError) {
    return new DomainError('invalid_state', `It could not be booted: ${error.message}`, { cause: error });
  }
  if (error instanceof StorageFullError) {
    return new DomainError('storage_full', 'The server has no room to boot it; ask its operator', { cause: error });
  }
  if (error instanceof StorageError) return new RetryableError('The image store does not answer', { cause: error });
  return error;
}

export const imageGone = (): DomainError => new DomainError('not_found', 'The image was deleted');

export const neverTested = (): DomainError =>
  new DomainError('not_found', 'There is no boot test of this image yet; POST /images/:image/boot-test begins one');

export const mayNotTest = (): DomainError =>
  new DomainError('forbidden', 'You can see this image, but to have it booted takes image:write on it');

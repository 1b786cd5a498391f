import { DomainError } from '#kernel';
import { BuildContextRefusedError } from '#platform/build-context';
import {
  BaseUnavailableError,
  BuildFailedError,
  BuildToolMissingError,
  DiskProgramMissingError,
  DiskRefusedError,
} from '#platform/image-builder';
import { fromConversion } from '#domain/conversions';
import { RetryableError } from '#domain/operations';
import {
  ProgramMissingError,
  SandboxedProgramError,
  SandboxLimitError,
  SandboxUnavailableError,
} from '#platform/sandbox';

export const notBuilt = (): DomainError =>
  new DomainError('not_found', 'The image was not built here, or how it was is not yours to see');

export const contextTooLarge = (maxBytes: number): DomainError =>
  new DomainError('too_large', `The build context is too large: at most ${maxBytes} bytes are taken here`);

/** What the operator of the worker is to see to. */
const UNAVAILABLE = [SandboxUnavailableError, ProgramMissingError, BuildToolMissingError, DiskProgramMissingError];

/** What whoever asked for the build is to see to. */
const REFUSED = [BuildFailedError, BaseUnavailableError, DiskRefusedError];

const isOneOf = (error: unknown, types: readonly (new (...args: never[]) => Error)[]): error is Error =>
  types.some((type) => error instanceof type);

/** Of another registry, of the machine, or of ours. */
const isPassing = (error: unknown): error is Error =>
  error instanceof SandboxedProgramError || (error instanceof BaseUnavailableError && error.isRetryable);

/** A build's failure as operations have it: final where the reason is in the build itself; a store or a registry that is away is asked again. */
export function fromBuild(error: unknown): unknown {
  if (isPassing(error)) return new RetryableError(error.message, { cause: error });
  if (isOneOf(error, UNAVAILABLE)) return new DomainError('unavailable', error.message, { cause: error });
  if (isOneOf(error, REFUSED)) return new DomainError('invalid', error.message, { cause: error });
  if (error instanceof BuildContextRefusedError) {
    return new DomainError('invalid', `The build context cannot be used: ${error.message}`, { cause: error });
  }
  if (error instanceof SandboxLimitError) {
    return new DomainError('invalid', `The build was stopped: ${error.message}`, { cause: error });
  }
  return fromConversion(error);
}

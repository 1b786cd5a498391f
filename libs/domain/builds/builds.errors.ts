import { DomainError } from '#kernel';
import { BuildContextRefusedError } from '#platform/build-context';
import { BuildFailedError } from '#platform/image-builder';
import { ProgramMissingError, SandboxLimitError, SandboxUnavailableError } from '#platform/sandbox';

export const notBuilt = (): DomainError =>
  new DomainError('not_found', 'The image was not built here: it was pushed, or downloaded');

export const contextTooLarge = (maxBytes: number): DomainError =>
  DomainError.field('too_large', 'build_context', `The build context is too large: at most ${maxBytes} bytes are taken here`);

/** A build's failure as operations have it: none is worth another attempt but those that are not the build's own. */
export function fromBuild(error: unknown): unknown {
  if (error instanceof BuildContextRefusedError) {
    return new DomainError('invalid', `The build context cannot be used: ${error.message}`, { cause: error });
  }
  if (error instanceof BuildFailedError) return new DomainError('invalid', error.message, { cause: error });
  if (error instanceof SandboxLimitError) {
    return new DomainError('invalid', `The build was stopped: ${error.message}`, { cause: error });
  }
  if (error instanceof SandboxUnavailableError || error instanceof ProgramMissingError) {
    return new DomainError('unavailable', error.message, { cause: error });
  }
  return error;
}

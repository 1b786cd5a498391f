/** The Dockerfile cannot be built; the message names the line that failed and is for whoever wrote it. */
export class BuildFailedError extends Error {
  override readonly name = 'BuildFailedError';

  constructor(
    readonly reason: string,
    /** Where it failed, as far as that is known: the line from 1, and the instruction as it was written. */
    readonly step?: { readonly line: number; readonly instruction: string },
  ) {
    super(
      step ? `The build failed at line ${step.line}, ${step.instruction}: ${reason}` : `The build failed: ${reason}`,
    );
  }
}

/** An image that the Dockerfile begins with cannot be had; the message names it and says why. */
export class BaseUnavailableError extends Error {
  override readonly name = 'BaseUnavailableError';

  /** @param isRetryable whether it may be had later, such as from a registry that was away */
  constructor(
    readonly reference: string,
    reason: string,
    readonly isRetryable: boolean,
  ) {
    super(`The image ${reference} cannot be had: ${reason}`);
  }
}

/** The server lacks a program; the message names its package to the operator. */
export class BuildToolMissingError extends Error {
  override readonly name = 'BuildToolMissingError';

  constructor(command: string, debianPackage: string) {
    super(`Images cannot be built here: ${command} is missing; install the package ${debianPackage} (Debian, Ubuntu)`);
  }
}

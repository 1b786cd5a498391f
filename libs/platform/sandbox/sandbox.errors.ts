/** Programs cannot be confined on this machine; the message tells the operator what is missing. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}

/** The program is not on this machine, or may not be run. */
export class ProgramMissingError extends Error {
  override readonly name = 'ProgramMissingError';

  constructor(readonly command: string) {
    super(`The program ${command} is not installed`);
  }
}

type Limit = 'cpu' | 'file size' | 'wall time' | 'output' | 'memory' | 'disk' | 'processes';

/** The program was ended because it wanted more than it may have. */
export class SandboxLimitError extends Error {
  override readonly name = 'SandboxLimitError';

  constructor(
    readonly command: string,
    readonly limit: Limit,
  ) {
    super(`${command} was ended: it reached its limit of ${limit}`);
  }
}

/** The program failed, or was killed by something other than its limits. */
export class SandboxedProgramError extends Error {
  override readonly name = 'SandboxedProgramError';

  /** @param lastWords the end of what it wrote to its standard error, with paths as it sees them */
  constructor(
    readonly command: string,
    readonly status: string,
    readonly lastWords: string,
  ) {
    super(`${command} failed (${status}): ${lastWords}`);
  }
}

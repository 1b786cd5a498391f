/**
 * The disk may not enter. `field` is the field to blame, spelled as in the format's specification; `message` starts with
 * it and tells the sender of the disk in one sentence what is wrong and, where something can be done, what.
 */
export class DiskRefusedError extends Error {
  override readonly name = 'DiskRefusedError';

  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field}: ${problem}`);
  }
}

/** Ends the inspection. Throws DiskRefusedError, always. */
export function refuse(field: string, problem: string): never {
  throw new DiskRefusedError(field, problem);
}

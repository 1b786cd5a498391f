/**
 * The image may not enter. `field` is the header or table field to blame, spelled as in the QCOW2 specification;
 * `message` starts with it, is fit for the user who sent the image, and says what to do where something can be done.
 */
export class Qcow2RefusedError extends Error {
  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field}: ${problem}`);
    this.name = 'Qcow2RefusedError';
  }
}

/** Ends the examination. Throws Qcow2RefusedError, always. */
export function refuse(field: string, problem: string): never {
  throw new Qcow2RefusedError(field, problem);
}

/** An offset as people look it up in a hex dump. */
export function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}

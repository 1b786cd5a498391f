/** Why a Dockerfile cannot be built. */
export interface DockerfileProblem {
  /** From 1 on; 0 for the file as a whole. */
  readonly line: number;
  readonly problem: string;
}

/** Ends the reading of one instruction. */
export class InstructionError extends Error {
  override readonly name = 'InstructionError';
}

/** Throws InstructionError, always. */
export function reject(problem: string): never {
  throw new InstructionError(problem);
}

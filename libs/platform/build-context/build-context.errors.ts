const MAX_CHARACTERS = 200;

/**
 * The context may not be built with. `entry` is the name to blame, fit for a terminal, or null for the archive as a whole;
 * `message` starts with it and tells the sender in one sentence what is wrong and, where something can be done, what.
 */
export class BuildContextRefusedError extends Error {
  override readonly name = 'BuildContextRefusedError';
  readonly entry: string | null;

  constructor(entry: string | null, problem: string, options?: ErrorOptions) {
    const shown = entry === null ? null : printable(entry);
    super(shown === null ? `the archive ${problem}` : `${shown}: ${problem}`, options);
    this.entry = shown;
  }
}

/** Ends the reading. Throws BuildContextRefusedError, always. */
export function refuse(entry: string | null, problem: string, cause?: unknown): never {
  throw new BuildContextRefusedError(entry, problem, { cause });
}

/** Names come from strangers: nothing of them may steer a terminal, or fill a log. */
export function printable(name: string): string {
  const shown = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{fffd}');
  if (shown.trim() === '') return '(no name)';
  return shown.length > MAX_CHARACTERS ? `${shown.slice(0, MAX_CHARACTERS)}…` : shown;
}

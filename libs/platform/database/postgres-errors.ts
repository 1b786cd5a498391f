import { QueryFailedError } from 'typeorm';

/** PostgreSQL's `unique_violation` (Appendix A of its manual). */
const UNIQUE_VIOLATION = '23505';

/** The constraint or unique index that an insert or update ran into, or undefined where something else went wrong. */
export function violatedUniqueConstraint(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { code, constraint } = error.driverError as { code?: string; constraint?: string };
  return code === UNIQUE_VIOLATION ? constraint : undefined;
}

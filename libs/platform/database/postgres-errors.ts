import { DomainError } from '#kernel';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

/** PostgreSQL's `unique_violation` (Appendix A of its manual). */
const UNIQUE_VIOLATION = '23505';

/** The constraint or unique index that an insert or update ran into, or undefined where something else went wrong. */
export function violatedUniqueConstraint(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { code, constraint } = error.driverError as { code?: string; constraint?: string };
  return code === UNIQUE_VIOLATION ? constraint : undefined;
}

/** SQLSTATE classes 08 (connection exception) and 57P (operator intervention), 53300 (too many connections). */
const AWAY_STATES = /^(08...|57P..|53300)$/;
const AWAY_SYSTEM_CALLS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** What the driver says without a code. */
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The fault `unavailable` where PostgreSQL cannot be reached or went away in the middle; undefined for any other error. */
export function databaseAway(error: unknown): DomainError | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  const away = isLost(error) || isAwayCode(String(code)) || AWAY_MESSAGES.test(String(message));
  return away
    ? new DomainError('unavailable', 'The database does not answer; try again later', { cause: error })
    : undefined;
}

/** TypeORM takes a connection from its transaction the moment it breaks, between two statements too. */
function isLost(error: unknown): boolean {
  return error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;
}

function isAwayCode(code: string): boolean {
  return AWAY_STATES.test(code) || AWAY_SYSTEM_CALLS.includes(code);
}

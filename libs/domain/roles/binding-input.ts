import { DomainError, FieldProblems } from '#kernel';

/** Whom a role is given to, as a request names them: a user or a team. */
export interface SubjectNames {
  readonly user?: unknown;
  readonly team?: unknown;
}

export interface Expiry {
  /** An ISO 8601 time; null for never. */
  readonly expiresAt?: string | null | undefined;
  readonly expiresInSeconds?: number | undefined;
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
const TEN_YEARS_S = 10 * 365 * 24 * 3600;

/** @throws DomainError `invalid` unless it is just one name */
export function readSubject(subject: SubjectNames): { readonly kind: 'user' | 'team'; readonly name: string } {
  const [first, ...rest] = Object.entries<unknown>({ ...subject });
  if (first && rest.length === 0) {
    const [kind, name]: [string, unknown] = first;
    if ((kind === 'user' || kind === 'team') && typeof name === 'string') return { kind, name };
  }
  throw DomainError.field('invalid', 'subject', 'Subject must be {"user": name} or {"team": name}');
}

/** Undefined where nothing is said. @throws DomainError `invalid`, also for a time that has passed */
export function readExpiry({ expiresAt, expiresInSeconds }: Expiry): Date | null | undefined {
  const problems = new FieldProblems();
  if (expiresInSeconds !== undefined) {
    const seconds = expiresInSeconds;
    problems.check(
      Number.isInteger(seconds) && seconds >= 1 && seconds <= TEN_YEARS_S,
      'expires_in',
      `Expires_in must be a whole number of seconds from 1 to ${TEN_YEARS_S}`,
    );
    problems.check(expiresAt === undefined, 'expires_in', 'Send expires_at or expires_in, not both');
    problems.throwIfAny();
    return new Date(Date.now() + seconds * 1000);
  }
  if (typeof expiresAt !== 'string') return expiresAt;
  const time = new Date(expiresAt);
  const valid = ISO_TIME.test(expiresAt) && !Number.isNaN(time.getTime());
  problems.check(valid, 'expires_at', 'Expires_at must be an ISO 8601 time, such as 2030-01-31T12:00:00Z');
  problems.check(!valid || time.getTime() > Date.now(), 'expires_at', 'Expires_at has passed');
  problems.throwIfAny();
  return time;
}

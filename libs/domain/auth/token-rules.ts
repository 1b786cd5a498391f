import { type AuthenticatedPrincipal, DomainError, FieldProblems, isScope, type Scope, SCOPES } from '#kernel';
import { notHeld } from '#domain/permissions';
import { isCidr } from './source-addresses.js';
import type { Token } from './token.entity.js';
import type { PinsInput } from './token-pins.js';

export interface NewToken extends PinsInput {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInSeconds?: number | undefined;
  /** Whose token it is to be; the caller's own unless an admin says otherwise. */
  readonly username?: string | undefined;
  /** The networks it is to count from, such as `10.0.0.0/8`; those of the token that makes it unless told. */
  readonly cidrs?: readonly string[] | undefined;
}

const TEN_YEARS_S = 10 * 365 * 24 * 3600;

/** Thirty days. */
const MAX_OVERLAP_S = 30 * 24 * 3600;

const MAX_CIDRS = 100;

/** @throws DomainError `invalid` */
export function checkOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_OVERLAP_S) return;
  throw DomainError.field('invalid', 'overlap', `Overlap must be a whole number of seconds from 0 to ${MAX_OVERLAP_S}`);
}

/** The scopes, each once. @throws DomainError `invalid` naming each field */
export function checkNewToken({ name, scopes, expiresInSeconds: expiry, cidrs = [] }: NewToken): Scope[] {
  const unknown = scopes.filter((scope) => !isScope(scope));
  const odd = cidrs.filter((cidr) => !isCidr(cidr));
  const seconds = expiry ?? 1;
  new FieldProblems()
    .check(name.length >= 1 && name.length <= 100, 'name', 'Name must be between 1 and 100 characters in length')
    .check(scopes.length > 0, 'scopes', 'Scopes must name at least one scope')
    .check(unknown.length === 0, 'scopes', `Unknown scopes: ${unknown.join(', ')}. Known are: ${SCOPES.join(', ')}`)
    .check(
      Number.isInteger(seconds) && seconds >= 1 && seconds <= TEN_YEARS_S,
      'expires_in',
      `Expires_in must be a whole number of seconds from 1 to ${TEN_YEARS_S}`,
    )
    .check(cidrs.length <= MAX_CIDRS, 'cidrs', `Cidrs cannot name more than ${MAX_CIDRS} networks`)
    .check(odd.length === 0, 'cidrs', `No networks such as 10.0.0.0/8: ${odd.join(', ')}`)
    .throwIfAny();
  return [...new Set(scopes.filter(isScope))];
}

/** Nobody hands out more than they hold: no further scope, for no longer, and to count from nowhere else. @throws DomainError `forbidden` */
export function assertHolds(
  principal: AuthenticatedPrincipal,
  { scopes, expiresAt, cidrs }: Pick<Token, 'scopes' | 'expiresAt' | 'cidrs'>,
): void {
  const missing = scopes.filter((scope) => !principal.scopes.has(scope));
  if (missing.length > 0) throw notHeld(missing);
  const networks = principal.cidrs ?? [];
  if (networks.length > 0 && !(cidrs.length > 0 && cidrs.every((cidr) => networks.includes(cidr)))) {
    throw new DomainError('forbidden', `Your own token counts from ${networks.join(', ')} only; so must one it makes`);
  }
  const limit = principal.expiresAt;
  if (limit !== null && (expiresAt === null || expiresAt > limit)) {
    throw new DomainError(
      'forbidden',
      `Your own token ends at ${limit.toISOString()}; one it makes cannot last longer`,
    );
  }
}

export const revokedMeanwhile = (): DomainError =>
  new DomainError('unauthenticated', 'Your token was revoked at this very moment');

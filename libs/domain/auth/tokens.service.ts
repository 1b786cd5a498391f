import { Injectable } from '@nestjs/common';
import {
  type AuthenticatedPrincipal,
  DomainError,
  FieldProblems,
  isAdmin,
  isScope,
  type Scope,
  SCOPES,
  mayEverywhere,
  type Page,
} from '#kernel';
import { type AuditFacts, type AuditTarget, AuditTrail } from '#domain/audit';
import { managesAccount, type User, userNotFound, UsersService } from '#domain/users';
import type { Token } from './token.entity.js';
import { isCidr } from './source-addresses.js';
import { hashTokenSecret, newTokenSecret } from './token-secret.js';
import { type PinsInput, TokenPins } from './token-pins.js';
import { TOKEN_FILTERS, type TokenPageQuery, TokensRepository } from './tokens.repository.js';

export interface NewToken extends PinsInput {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInSeconds?: number | undefined;
  /** Whose token it is to be; the caller's own unless an admin says otherwise. */
  readonly username?: string | undefined;
  /** The networks it is to count from, such as `10.0.0.0/8`; those of the token that makes it unless told. */
  readonly cidrs?: readonly string[] | undefined;
}

/** A token with the secret that is never shown again. */
export interface IssuedToken {
  readonly token: Token;
  readonly secret: string;
}

/** The name of the token that comes from the environment. */
const OPERATOR_TOKEN = 'ADMIN_TOKEN';

const TEN_YEARS_S = 10 * 365 * 24 * 3600;

/** Thirty days. */
const MAX_OVERLAP_S = 30 * 24 * 3600;

const MAX_CIDRS = 100;

/** A user's bearer tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
    private readonly pins: TokenPins,
  ) {}

  /** The caller's own, those of a service account of their team, or for an admin those of any user. */
  async list(principal: AuthenticatedPrincipal, username?: string): Promise<Token[]> {
    const other = otherUser(principal, username);
    if (other === undefined) return this.tokens.listOf(principal.userId);
    const found = await this.tokens.listOfUsername(other);
    assertMayName(principal, found);
    if (!found) throw userNotFound();
    return found.tokens;
  }

  /**
   * Everybody's tokens that were never used, never end, or end within 14 days.
   * @throws DomainError `forbidden` but for who reads tokens everywhere, `invalid` for an unknown filter
   */
  async listNotable(principal: AuthenticatedPrincipal, filter: string, query: TokenPageQuery): Promise<Page<Token>> {
    if (!mayEverywhere(principal, 'token:read')) throw operatorsOnly();
    const known = TOKEN_FILTERS.find((name) => name === filter);
    if (!known) throw DomainError.field('invalid', 'filter', `Filter must be one of ${TOKEN_FILTERS.join(', ')}`);
    const rows = await this.tokens.listNotable(known, query);
    const { page, limit } = query;
    return { items: rows.slice(0, limit), hasPrevious: page > 1, hasNext: rows.length > limit };
  }

  /**
   * Without an expiry of its own a token ends with the one that mints it.
   * @throws DomainError `invalid`; `forbidden` for more than the caller holds, or another's token; `not_found`
   */
  async create(principal: AuthenticatedPrincipal, input: NewToken): Promise<IssuedToken> {
    const scopes = checkNewToken(input);
    const expiresAt =
      input.expiresInSeconds === undefined ? principal.expiresAt : new Date(Date.now() + input.expiresInSeconds * 1000);
    const cidrs = [...(input.cidrs ?? principal.cidrs ?? [])];
    assertHolds(principal, { scopes, expiresAt, cidrs });
    const userId = await this.resolveHolder(principal, input.username);
    const pins = await this.pins.resolve(principal, input, scopes);
    const secret = newTokenSecret();
    const secretHash = hashTokenSecret(secret);
    return this.audit.transaction(async () => {
      const token = await this.tokens.insert({
        userId,
        name: input.name,
        scopes,
        cidrs,
        ...pins,
        expiresAt,
        secretHash,
      });
      await this.audit.record(principal, { action: 'token.create', target: targetOf(token), after: factsOf(token) });
      return { secret, token };
    });
  }

  /**
   * A new secret for the same token. The old one is dead at once, or with `overlapSeconds` after these.
   * @throws DomainError `not_found`, `forbidden`, `invalid`
   */
  async rotate(principal: AuthenticatedPrincipal, id: number, overlapSeconds = 0): Promise<IssuedToken> {
    checkOverlap(overlapSeconds);
    const token = await this.getOwn(principal, id);
    assertHolds(principal, token); // whoever rotates learns the secret
    const secret = newTokenSecret();
    const previousUntil = await this.audit.transaction(async () => {
      const until = await this.tokens.replaceSecret(id, hashTokenSecret(secret), overlapSeconds);
      await this.audit.record(principal, { action: 'token.rotate', target: targetOf(token), after: factsOf(token) });
      return until;
    });
    return { secret, token: { ...token, previousUntil, lastUsedAt: null } };
  }

  /** Ends the overlap of a rotation: only the new secret is good. @throws DomainError `not_found` */
  async retirePrevious(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    const token = await this.getOwn(principal, id);
    await this.audit.transaction(async () => {
      await this.tokens.retirePrevious(id);
      await this.audit.record(principal, { action: 'token.retire_previous', target: targetOf(token) });
    });
  }

  /** @throws DomainError `not_found` */
  async revoke(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    const token = await this.getOwn(principal, id);
    await this.audit.transaction(async () => {
      await this.tokens.delete(token.id);
      await this.audit.record(principal, { action: 'token.revoke', target: targetOf(token), before: factsOf(token) });
    });
  }

  /** A token with every scope for the first admin of an installation. */
  async issueAdminToken(admin: User): Promise<string> {
    const secret = newTokenSecret();
    await this.audit.transaction(async () => {
      const token = await this.tokens.insert({
        userId: admin.id,
        name: 'first start',
        scopes: [...SCOPES],
        secretHash: hashTokenSecret(secret),
      });
      await this.audit.record('system', { action: 'token.create', target: targetOf(token), after: factsOf(token) });
    });
    return secret;
  }

  /** Makes a secret that the operator chose an admin's token with every scope; one chosen earlier dies. */
  async setOperatorToken(admin: User, secret: string): Promise<void> {
    await this.tokens.replaceNamed({
      userId: admin.id,
      name: OPERATOR_TOKEN,
      scopes: [...SCOPES],
      secretHash: hashTokenSecret(secret),
    });
  }

  private async resolveHolder(principal: AuthenticatedPrincipal, username: string | undefined): Promise<number> {
    const other = otherUser(principal, username);
    if (other === undefined) return principal.userId;
    const user = await this.users.find(other);
    assertMayName(principal, user);
    if (!user) throw userNotFound();
    return user.id;
  }

  private async getOwn(principal: AuthenticatedPrincipal, id: number): Promise<Token> {
    const token = await this.tokens.findById(id);
    const visible = token && (token.userId === principal.userId || isAdmin(principal));
    const managed = token && !visible && managesAccount(principal, await this.users.getById(token.userId));
    if (!token || !(visible || managed)) throw new DomainError('not_found', 'Not Found');
    return token;
  }
}

function targetOf({ id, name }: Token): AuditTarget {
  return { kind: 'token', id, name };
}

function factsOf({ userId, scopes, expiresAt }: Token): AuditFacts {
  return { user_id: userId, scopes, expires_at: expiresAt };
}

/** The other user that a request names, if it does. */
function otherUser(principal: AuthenticatedPrincipal, username: string | undefined): string | undefined {
  if (username === undefined || username.toLowerCase() === principal.username.toLowerCase()) return undefined;
  return username;
}

/** To everybody but admins only the service accounts of teams they lead are there. @throws DomainError `forbidden` */
function assertMayName(principal: AuthenticatedPrincipal, user: Pick<User, 'ownerId'> | null | undefined): void {
  if (isAdmin(principal) || (user && managesAccount(principal, user))) return;
  throw new DomainError('forbidden', 'Only a user with the role admin may name another user');
}

const operatorsOnly = (): DomainError =>
  new DomainError('forbidden', 'Only who has token:read everywhere may look through the tokens of all');

function checkOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_OVERLAP_S) return;
  throw DomainError.field('invalid', 'overlap', `Overlap must be a whole number of seconds from 0 to ${MAX_OVERLAP_S}`);
}

function checkNewToken({ name, scopes, expiresInSeconds: expiry, cidrs = [] }: NewToken): Scope[] {
  const unknown = scopes.filter((scope) => !isScope(scope));
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
    .check(
      cidrs.length <= MAX_CIDRS && cidrs.every(isCidr),
      'cidrs',
      `Cidrs must be ${MAX_CIDRS} networks at most, such as 10.0.0.0/8`,
    )
    .throwIfAny();
  return [...new Set(scopes.filter(isScope))];
}

/** Nobody hands out more than they hold: no further scope, for no longer, and to count from nowhere else. @throws DomainError `forbidden` */
function assertHolds(
  principal: AuthenticatedPrincipal,
  { scopes, expiresAt, cidrs }: Pick<Token, 'scopes' | 'expiresAt' | 'cidrs'>,
): void {
  const missing = scopes.filter((scope) => !principal.scopes.has(scope));
  if (missing.length > 0) {
    throw new DomainError('forbidden', `You cannot grant what you do not hold: ${missing.join(', ')}`);
  }
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

import { Injectable } from '@nestjs/common';
import {
  type AuthenticatedPrincipal,
  DomainError,
  isAdmin,
  mayEverywhere,
  type Page,
  SCOPES,
  type PageQuery,
  pageOf,
} from '#kernel';
import { AuditTrail } from '#domain/audit';
import { managesAccount, type User, userNotFound, UsersService } from '#domain/users';
import { factsOf, targetOf } from './token-audit.js';
import type { Token } from './token.entity.js';
import { assertHolds, checkNewToken, checkOverlap, type NewToken, revokedMeanwhile } from './token-rules.js';
import { hashTokenSecret, newTokenSecret } from './token-secret.js';
import { TokenPins } from './token-pins.js';
import { TOKEN_FILTERS, TokensRepository } from './tokens.repository.js';

/** A token with the secret that is never shown again. */
export interface IssuedToken {
  readonly token: Token;
  readonly secret: string;
}

/** The name of the token that comes from the environment. */
const OPERATOR_TOKEN = 'ADMIN_TOKEN';

/** A user's bearer tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
    private readonly pins: TokenPins,
  ) {}

  /** The caller's own, those of a service account that they manage, or for an admin those of any user. */
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
  async listNotable(principal: AuthenticatedPrincipal, filter: string, query: PageQuery): Promise<Page<Token>> {
    if (!mayEverywhere(principal, 'token:read')) throw operatorsOnly();
    const known = TOKEN_FILTERS.find((name) => name === filter);
    if (!known) throw DomainError.field('invalid', 'filter', `Filter must be one of ${TOKEN_FILTERS.join(', ')}`);
    const rows = await this.tokens.listNotable(known, query);
    return pageOf(rows, query);
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
      await this.holdHolder(principal, userId);
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

  /**
   * Until the transaction ends the account is whose it is now. A transfer of the tree it belongs to takes its tokens from
   * it, so none may be made for it after that by who could before.
   */
  private async holdHolder(principal: AuthenticatedPrincipal, userId: number): Promise<void> {
    const user = await this.users.hold(userId);
    if (userId !== principal.userId) assertMayName(principal, user);
    else if (!(await this.tokens.findById(principal.tokenId))) throw revokedMeanwhile();
    if (!user) throw userNotFound();
  }

  private async getOwn(principal: AuthenticatedPrincipal, id: number): Promise<Token> {
    const token = await this.tokens.findById(id);
    const visible = token && (token.userId === principal.userId || isAdmin(principal));
    const managed = token && !visible && managesAccount(principal, await this.users.getById(token.userId));
    if (!token || !(visible || managed)) throw new DomainError('not_found', 'Not Found');
    return token;
  }
}

/** The other user that a request names, if it does. */
function otherUser(principal: AuthenticatedPrincipal, username: string | undefined): string | undefined {
  if (username === undefined || username.toLowerCase() === principal.username.toLowerCase()) return undefined;
  return username;
}

/** To everybody but admins only the service accounts that they manage are there. @throws DomainError `forbidden` */
function assertMayName(principal: AuthenticatedPrincipal, user: Pick<User, 'managerId'> | null | undefined): void {
  if (isAdmin(principal) || (user && managesAccount(principal, user))) return;
  throw new DomainError('forbidden', 'Only a user with the role admin may name another user');
}

const operatorsOnly = (): DomainError =>
  new DomainError('forbidden', 'Only who has token:read everywhere may look through the tokens of all');

import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, type Scope } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { userNotFound, UsersService } from '#domain/users';
import { factsOf, targetOf } from './token-audit.js';
import type { Token } from './token.entity.js';
import { revokedMeanwhile } from './token-rules.js';
import { TokensRepository } from './tokens.repository.js';

/** What is not a bearer token. */
type OwnKind = Exclude<Token['kind'], 'bearer'>;

export interface NewOwnCredential {
  readonly kind: OwnKind;
  readonly name: string;
  /** No more than the caller's token has. */
  readonly scopes: readonly Scope[];
  readonly secretHash?: Buffer;
  /** How many of the kind one may have. */
  readonly limit: number;
}

/**
 * Credentials that a caller makes for themselves, and that are no bearer tokens. Such a one ends with the token that makes
 * it, counts from the same networks, and acts where that acts.
 */
@Injectable()
export class OwnCredentials {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * `complete` writes what the kind has besides, in the same transaction.
   * @throws DomainError `conflict` where the caller has as many as they may, `unauthenticated` where their token has gone
   */
  create(
    principal: AuthenticatedPrincipal,
    { kind, name, scopes, secretHash, limit }: NewOwnCredential,
    complete: (tokenId: number) => Promise<void>,
  ): Promise<Token> {
    const { userId, tokenId, cidrs = [], expiresAt, pins } = principal;
    return this.audit.transaction(async () => {
      if (!(await this.users.holdToGrant(userId))) throw userNotFound(); // and so one after the other are counted
      if (!(await this.tokens.findById(tokenId))) throw revokedMeanwhile();
      if ((await this.tokens.countOf(userId, kind)) >= limit) throw tooMany(limit);
      const token = await this.tokens.insert({
        ...{ userId, kind, name, scopes: [...scopes], expiresAt, cidrs: [...cidrs], secretHash: secretHash ?? null },
        ...(pins && { namespaceIds: [...pins.namespaceIds], imageIds: [...pins.imageIds] }),
      });
      await complete(token.id);
      await this.audit.record(principal, { action: `${kind}.create`, target: targetOf(token), after: factsOf(token) });
      return token;
    });
  }

  /** It is dead at once. @throws DomainError `not_found` */
  revoke(principal: AuthenticatedPrincipal, kind: OwnKind, id: number): Promise<void> {
    return this.audit.transaction(async () => {
      const token = await this.tokens.deleteOwn(principal.userId, kind, id);
      if (!token) throw new DomainError('not_found', 'Not Found');
      await this.audit.record(principal, { action: `${kind}.revoke`, target: targetOf(token), before: factsOf(token) });
    });
  }
}

const tooMany = (limit: number): DomainError =>
  new DomainError('conflict', `You have ${limit} of these already; delete one that you no longer need`);

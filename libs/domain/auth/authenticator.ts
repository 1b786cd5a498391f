import { Injectable, Logger } from '@nestjs/common';
import { type AuthenticatedPrincipal, grantable, type Scope, SCOPES } from '#kernel';
import { canBeTokenSecret, hashTokenSecret } from './token-secret.js';
import { TokensRepository } from './tokens.repository.js';

/** Turns a bearer secret into a principal. */
@Injectable()
export class Authenticator {
  private readonly logger = new Logger(Authenticator.name);

  constructor(private readonly tokens: TokensRepository) {}

  /** Who a secret stands for; undefined for one that is unknown, revoked or expired, or whose user is disabled. */
  async authenticate(secret: string): Promise<AuthenticatedPrincipal | undefined> {
    if (!canBeTokenSecret(secret)) return undefined;
    const found = await this.tokens.findCredential(hashTokenSecret(secret));
    if (!found) return undefined;
    if (found.stale) this.touch(found.tokenId);
    const { tokenId, userId, username, role, expiresAt } = found;
    const grants = found.hasGrants ? await this.tokens.findGrants(userId) : undefined;
    const everywhere = new Set<Scope>(role === 'admin' ? SCOPES : grants?.everywhere);
    return {
      kind: 'user',
      tokenId,
      userId,
      username,
      role,
      expiresAt,
      subjectIds: grants?.subjectIds ?? [userId],
      isBound: grants?.isBound ?? false,
      leads: new Set(grants?.leads),
      everywhere,
      scopes: new Set(grantable(found.scopes, everywhere)),
    };
  }

  /** Not awaited: a request need not wait for the note that it came. */
  private touch(tokenId: number): void {
    this.tokens.touch(tokenId).catch((error: unknown) => {
      this.logger.warn({ err: error, tokenId }, 'could not note a token’s use');
    });
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { type AuthenticatedPrincipal, grantable, type Pins, type Scope, SCOPES } from '#kernel';
import { comesFrom } from './source-addresses.js';
import { canBeTokenSecret, hashTokenSecret } from './token-secret.js';
import { isPinnable } from './token-pins.js';
import { type CredentialRow, TokensRepository } from './tokens.repository.js';

/** Turns a bearer secret into a principal. */
@Injectable()
export class Authenticator {
  private readonly logger = new Logger(Authenticator.name);

  constructor(private readonly tokens: TokensRepository) {}

  /**
   * Who a secret stands for, sent from `address`; undefined for one that is unknown, revoked or expired, that does not
   * count from there, or whose user is disabled.
   */
  async authenticate(secret: string, address: string | undefined): Promise<AuthenticatedPrincipal | undefined> {
    if (!canBeTokenSecret(secret)) return undefined;
    const found = await this.tokens.findCredential(hashTokenSecret(secret));
    if (!found || !comesFrom(found.cidrs, address)) return undefined;
    if (found.stale) this.touch(found.tokenId);
    const { tokenId, userId, username, role, expiresAt, cidrs } = found;
    const pins = pinsOf(found);
    const grants = found.hasGrants ? await this.tokens.findGrants(userId) : undefined;
    const everywhere = new Set<Scope>(role === 'admin' ? SCOPES : grants?.everywhere);
    return {
      kind: 'user',
      tokenId,
      userId,
      username,
      role,
      expiresAt,
      cidrs,
      pins,
      subjectIds: grants?.subjectIds ?? [userId],
      isBound: grants?.isBound ?? false,
      leads: new Set(grants?.leads),
      everywhere,
      scopes: new Set(grantable(found.scopes, everywhere).filter((scope) => !pins || isPinnable(scope))),
    };
  }

  /** Not awaited: a request need not wait for the note that it came. */
  private touch(tokenId: number): void {
    this.tokens.touch(tokenId).catch((error: unknown) => {
      this.logger.warn({ err: error, tokenId }, 'could not note a token’s use');
    });
  }
}

function pinsOf({ namespaceIds, imageIds }: CredentialRow): Pins | undefined {
  if (namespaceIds === null && imageIds === null) return undefined;
  return { namespaceIds: namespaceIds ?? [], imageIds: imageIds ?? [] };
}

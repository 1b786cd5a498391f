import { Injectable, Logger } from '@nestjs/common';
import { type AuthenticatedPrincipal, grantable, type Pins, type Scope, SCOPES } from '#kernel';
import { GrantsRepository } from '#domain/permissions';
import { comesFrom } from './source-addresses.js';
import { canBeTokenSecret, hashTokenSecret } from './token-secret.js';
import { isPinnable } from './token-pins.js';
import { type CredentialRow, TokensRepository } from './tokens.repository.js';

const EVERYTHING: ReadonlySet<Scope> = new Set(SCOPES);
const NOTHING: ReadonlySet<Scope> = new Set();
const NO_TEAM: ReadonlySet<number> = new Set();

/** Turns a bearer secret into a principal. */
@Injectable()
export class Authenticator {
  private readonly logger = new Logger(Authenticator.name);

  constructor(
    private readonly tokens: TokensRepository,
    private readonly grants: GrantsRepository,
  ) {}

  /**
   * Who a secret stands for, sent from `address`; undefined for one that is unknown, revoked or expired, that does not
   * count from there, or whose user is disabled.
   */
  async authenticate(secret: string, address: string | undefined): Promise<AuthenticatedPrincipal | undefined> {
    if (!canBeTokenSecret(secret)) return undefined;
    const found = await this.tokens.findCredential(hashTokenSecret(secret));
    if (!found || !comesFrom(found.cidrs, address)) return undefined;
    if (found.stale) this.touch(found.tokenId);
    const { tokenId, userId, username, role, ownsNothing, expiresAt, cidrs } = found;
    const pins = pinsOf(found);
    const grants = found.hasGrants ? await this.grants.find(userId) : undefined;
    const everywhere = role === 'admin' ? EVERYTHING : grants ? new Set(grants.everywhere) : NOTHING;
    return {
      kind: 'user',
      tokenId,
      userId,
      username,
      role,
      ownsNothing,
      expiresAt,
      cidrs,
      pins,
      subjectIds: grants?.subjectIds ?? [userId],
      isBound: grants?.isBound ?? false,
      leads: grants ? new Set(grants.leads) : NO_TEAM,
      everywhere,
      scopes: scopesOf(found.scopes, everywhere, pins),
    };
  }

  /** Not awaited: a request need not wait for the note that it came. */
  private touch(tokenId: number): void {
    this.tokens.touch(tokenId).catch((error: unknown) => {
      this.logger.warn({ err: error, tokenId }, 'could not note a token’s use');
    });
  }
}

/** What of a token's scopes counts. */
function scopesOf(
  scopes: readonly Scope[],
  everywhere: ReadonlySet<Scope>,
  pins: Pins | undefined,
): ReadonlySet<Scope> {
  const granted = everywhere === EVERYTHING ? scopes : grantable(scopes, everywhere);
  return new Set(pins ? granted.filter(isPinnable) : granted);
}

function pinsOf({ namespaceIds, imageIds }: CredentialRow): Pins | undefined {
  if (namespaceIds === null && imageIds === null) return undefined;
  return { namespaceIds: namespaceIds ?? [], imageIds: imageIds ?? [] };
}

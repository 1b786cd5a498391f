import { Injectable, Logger } from '@nestjs/common';
import { type AuthenticatedPrincipal, grantable, type Pins, type Scope, SCOPES } from '#kernel';
import { GrantsRepository } from '#domain/permissions';
import type { CredentialRow } from './credential.sql.js';
import { comesFrom } from './source-addresses.js';
import { isPinnable } from './token-pins.js';
import { TokensRepository } from './tokens.repository.js';

const EVERYTHING: ReadonlySet<Scope> = new Set(SCOPES);
const NOTHING: ReadonlySet<Scope> = new Set();
const NO_TEAM: ReadonlySet<number> = new Set();

/** Turns the row of a credential, of whatever kind, into who has it. */
@Injectable()
export class KnownCredentials {
  private readonly logger = new Logger(KnownCredentials.name);

  constructor(
    private readonly tokens: TokensRepository,
    private readonly grants: GrantsRepository,
  ) {}

  /** Whose it is and what they may do by it; undefined where it does not count from `address`. */
  async principalOf(found: CredentialRow, address: string | undefined): Promise<AuthenticatedPrincipal | undefined> {
    if (!comesFrom(found.cidrs, address)) return undefined;
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

  /** Writes down that it was used. Not awaited: a request need not wait for the note that it came. */
  noteUse({ tokenId, stale }: CredentialRow): void {
    if (!stale) return;
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

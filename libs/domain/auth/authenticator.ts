import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { KnownCredentials } from './known-credentials.js';
import { canBeTokenSecret, hashTokenSecret } from './token-secret.js';
import { TokensRepository } from './tokens.repository.js';

/** Turns a bearer secret into a principal. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly known: KnownCredentials,
  ) {}

  /**
   * Who a secret stands for, sent from `address`; undefined for one that is unknown, revoked or expired, that does not
   * count from there, or whose user is disabled.
   */
  async authenticate(secret: string, address: string | undefined): Promise<AuthenticatedPrincipal | undefined> {
    if (!canBeTokenSecret(secret)) return undefined;
    const found = await this.tokens.findCredential(hashTokenSecret(secret));
    const principal = found && (await this.known.principalOf(found, address));
    if (principal) this.known.noteUse(found);
    return principal;
  }
}

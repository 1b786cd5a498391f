import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { hashTokenSecret, KnownCredentials } from '#domain/auth';
import { canBeApiKeySecret } from './api-key-secret.js';
import { allows, type ApiKeyUse, scopesOfAction } from './api-key.policy.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Turns an API key into a principal who may do what is asked, and no more. */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly known: KnownCredentials,
  ) {}

  /**
   * `use` is undefined for what no key that is limited may do. The principal has the scopes of the action alone.
   * @throws DomainError `unauthenticated`, also for a key that does not allow the use
   */
  async authenticate(
    secret: string,
    use: ApiKeyUse | undefined,
    address: string | undefined,
  ): Promise<AuthenticatedPrincipal> {
    const row = canBeApiKeySecret(secret) ? await this.keys.findCredential(hashTokenSecret(secret)) : undefined;
    const principal = row && (await this.known.principalOf(row, address));
    if (!principal) throw unknownKey();
    if (!use || !allows(row.limits, use)) throw notAllowed();
    this.known.noteUse(row);
    const scopes = new Set(scopesOfAction(use.action).filter((scope) => principal.scopes.has(scope)));
    return { ...principal, scopes };
  }
}

const unknownKey = (): DomainError =>
  new DomainError('unauthenticated', 'The API key is malformed, unknown, revoked or expired; make one and send it');

const notAllowed = (): DomainError =>
  new DomainError('unauthenticated', 'The scopes of the API key do not allow this; make one that has them');

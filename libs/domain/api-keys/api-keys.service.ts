import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, type Page, type PageQuery, pageOf } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { hashTokenSecret, OwnCredentials } from '#domain/auth';
import { notHeld } from '#domain/permissions';
import { userUuid } from '#domain/users';
import { checkNewApiKey, type NewApiKey } from './api-key-rules.js';
import { newApiKeySecret } from './api-key-secret.js';
import { neededScopes, scopesOfLimits } from './api-key.policy.js';
import { type ApiKey, ApiKeysRepository } from './api-keys.repository.js';

const KIND = 'api_key';

/** Of one user. */
const MAX_KEYS = 100;

/** A key with the secret that is never shown again. */
export interface IssuedApiKey {
  readonly key: ApiKey;
  readonly secret: string;
}

/** A user's API keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly credentials: OwnCredentials,
  ) {}

  async list(principal: AuthenticatedPrincipal, query: PageQuery): Promise<Page<ApiKey>> {
    return pageOf(await this.keys.listOf(principal.userId, query), query);
  }

  /** @throws DomainError `not_found` */
  async get(principal: AuthenticatedPrincipal, id: number): Promise<ApiKey> {
    const key = await this.keys.find(principal.userId, id);
    if (!key) throw new DomainError('not_found', 'Not Found');
    return key;
  }

  /**
   * An admin key gets what the caller's token has to give; any other all that it names.
   * @throws DomainError `invalid`; `forbidden` for more than the caller's token has; `conflict` for a name that is taken, or
   *   one key too many
   */
  async create(principal: AuthenticatedPrincipal, input: NewApiKey): Promise<IssuedApiKey> {
    const limits = checkNewApiKey(input);
    const scopes = scopesOfLimits(limits).filter((scope) => principal.scopes.has(scope));
    const missing = neededScopes(limits).filter((scope) => !principal.scopes.has(scope));
    if (scopes.length === 0 || (limits && missing.length > 0)) throw notHeld(missing);
    const { name } = input;
    const keyId = randomUUID();
    const secret = newApiKeySecret(keyId, userUuid(principal.userId));
    const credential = { kind: KIND, name, scopes, limit: MAX_KEYS, secretHash: hashTokenSecret(secret) } as const;
    try {
      const token = await this.credentials.create(principal, credential, (id) =>
        this.keys.insert(id, { keyId, limits }),
      );
      const { id, cidrs, expiresAt, lastUsedAt, createdAt } = token;
      return { secret, key: { id, keyId, name, limits, cidrs, expiresAt, lastUsedAt, createdAt } };
    } catch (error) {
      throw violatedUniqueConstraint(error) === 'tokens_api_key_name_key' ? nameTaken() : error;
    }
  }

  /** It is dead at once. @throws DomainError `not_found` */
  async revoke(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    await this.credentials.revoke(principal, KIND, id);
  }
}

const nameTaken = (): DomainError => new DomainError('conflict', 'You have an API key of this name already');

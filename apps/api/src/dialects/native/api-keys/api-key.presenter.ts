import type { ApiKey, IssuedApiKey } from '#domain/api-keys';
import type { ApiKeyAnswer, IssuedApiKeyAnswer } from './api-key.schema.js';

export function presentApiKey(key: ApiKey): ApiKeyAnswer {
  return {
    id: key.id,
    key_id: key.keyId,
    name: key.name,
    admin: key.limits === null,
    scopes: (key.limits ?? []).map(({ objectId, action }) => ({ object_type: 'images', object_id: objectId, action })),
    cidrs: key.cidrs,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
  };
}

/** With the secret, which no later answer shows. */
export function presentIssuedApiKey({ key, secret }: IssuedApiKey): IssuedApiKeyAnswer {
  return { ...presentApiKey(key), secret_key: secret };
}

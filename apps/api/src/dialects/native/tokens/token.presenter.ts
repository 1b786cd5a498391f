import type { IssuedToken, Token } from '#domain/auth';
import type { IssuedTokenAnswer, TokenAnswer } from './token.schema.js';

export function presentToken(token: Token): TokenAnswer {
  return {
    id: token.id,
    user_id: token.userId,
    name: token.name,
    scopes: token.scopes,
    cidrs: token.cidrs,
    namespace_ids: token.namespaceIds,
    image_ids: token.imageIds,
    previous_until: token.previousUntil,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
  };
}

/** With the secret, which no later answer shows. */
export function presentIssuedToken({ token, secret }: IssuedToken): IssuedTokenAnswer {
  return { ...presentToken(token), token: secret };
}

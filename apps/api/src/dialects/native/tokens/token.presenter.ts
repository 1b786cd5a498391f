import type { IssuedToken, Token } from '#domain/auth';

export function presentToken(token: Token): object {
  return {
    id: token.id,
    user_id: token.userId,
    name: token.name,
    scopes: token.scopes,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
  };
}

/** With the secret, which no later answer shows. */
export function presentIssuedToken({ token, secret }: IssuedToken): object {
  return { ...presentToken(token), token: secret };
}

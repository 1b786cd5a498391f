import type { GlobalRole, Scope } from '#kernel';

/** A live credential and whose it is. */
export interface CredentialRow {
  readonly tokenId: number;
  readonly userId: number;
  readonly username: string;
  readonly role: GlobalRole;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
  readonly cidrs: readonly string[];
  /** See Token. */
  readonly namespaceIds: readonly number[] | null;
  readonly imageIds: readonly number[] | null;
  /** Whether it is a service account of a team or a namespace. */
  readonly ownsNothing: boolean;
  /** Whether `GrantsRepository.find` may find any. */
  readonly hasGrants: boolean;
  /** Whether `last_used_at` is a minute old or more. */
  readonly stale: boolean;
}

/** SQL: a CredentialRow, of the token `t` of the user `u`. */
export const CREDENTIAL_COLUMNS = `
  t.id AS "tokenId", u.id AS "userId", u.username, u.role, t.scopes, t.expires_at AS "expiresAt",
  t.cidrs, t.namespace_ids AS "namespaceIds", t.image_ids AS "imageIds",
  t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale,
  u.has_grants AS "hasGrants", num_nonnulls(u.owner_id, u.namespace_id) > 0 AS "ownsNothing"`;

/** SQL: whether the token `t` of the user `u` has not ended, nor they been disabled or deleted. */
export const CREDENTIAL_IS_LIVE = `
  (t.expires_at IS NULL OR t.expires_at > now()) AND u.disabled_at IS NULL AND u.deleted_at IS NULL`;

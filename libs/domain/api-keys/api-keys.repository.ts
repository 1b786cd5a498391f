import { Injectable } from '@nestjs/common';
import type { PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { CREDENTIAL_COLUMNS, CREDENTIAL_IS_LIVE, type CredentialRow } from '#domain/auth';
import type { ApiKeyLimit } from './api-key.policy.js';

/** A key of one user's that does what its limits say. */
export interface ApiKey {
  readonly id: number;
  /** The UUID in the secret, by which one tells whose key has been found somewhere. */
  readonly keyId: string;
  readonly name: string;
  /** Null for an admin key. */
  readonly limits: readonly ApiKeyLimit[] | null;
  readonly cidrs: readonly string[];
  readonly expiresAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

/** A live key, and what it is limited to. */
export type ApiKeyCredential = CredentialRow & Pick<ApiKey, 'limits'>;

const SELECT = `SELECT t.id, k.key_id AS "keyId", t.name, k.limits, t.cidrs, t.expires_at AS "expiresAt",
    t.last_used_at AS "lastUsedAt", t.created_at AS "createdAt"
  FROM api_keys k JOIN tokens t ON t.id = k.token_id`;

/** The only queries on API keys. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  /** Asked on every request and never cached, as for tokens. */
  async findCredential(secretHash: Buffer): Promise<ApiKeyCredential | undefined> {
    const [row] = await this.database.lookUp<ApiKeyCredential>(
      `SELECT ${CREDENTIAL_COLUMNS}, k.limits FROM api_keys k JOIN tokens t ON t.id = k.token_id JOIN users u ON u.id = t.user_id
       WHERE t.secret_hash = $1 AND ${CREDENTIAL_IS_LIVE}`,
      [secretHash],
    );
    return row;
  }

  /** One row more than `limit` where there is a next page. */
  listOf(userId: number, { page, limit }: PageQuery): Promise<ApiKey[]> {
    return this.database.query<ApiKey>(`${SELECT} WHERE t.user_id = $1 ORDER BY t.id LIMIT $2 OFFSET $3`, [
      userId,
      limit + 1,
      (page - 1) * limit,
    ]);
  }

  async find(userId: number, id: number): Promise<ApiKey | undefined> {
    const [row] = await this.database.query<ApiKey>(`${SELECT} WHERE t.user_id = $1 AND t.id = $2`, [userId, id]);
    return row;
  }

  async insert(tokenId: number, { keyId, limits }: Pick<ApiKey, 'keyId' | 'limits'>): Promise<void> {
    await this.database.query('INSERT INTO api_keys (token_id, key_id, limits) VALUES ($1, $2, $3)', [
      tokenId,
      keyId,
      limits && JSON.stringify(limits),
    ]);
  }
}

import { Injectable } from '@nestjs/common';
import type { PageQuery, Scope } from '#kernel';
import { Database } from '#platform/database';
import { CREDENTIAL_COLUMNS, CREDENTIAL_IS_LIVE, type CredentialRow } from '#domain/auth';

/** A public key that signs the requests of one user. */
export interface SigningKey {
  readonly id: number;
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Buffer;
  readonly scopes: readonly Scope[];
  readonly cidrs: readonly string[];
  readonly expiresAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

const SELECT = `SELECT t.id, t.name, k.public_key AS "publicKey", t.scopes, t.cidrs, t.expires_at AS "expiresAt",
    t.last_used_at AS "lastUsedAt", t.created_at AS "createdAt"
  FROM signing_keys k JOIN tokens t ON t.id = k.token_id`;

/** The only queries on signing keys. */
@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** Asked on every signed request and never cached, as for tokens. */
  async findCredential(publicKey: Uint8Array): Promise<CredentialRow | undefined> {
    const [row] = await this.database.lookUp<CredentialRow>(
      `SELECT ${CREDENTIAL_COLUMNS} FROM signing_keys k JOIN tokens t ON t.id = k.token_id JOIN users u ON u.id = t.user_id
       WHERE k.public_key = $1 AND ${CREDENTIAL_IS_LIVE}`,
      [publicKey],
    );
    return row;
  }

  /** One row more than `limit` where there is a next page. */
  listOf(userId: number, { page, limit }: PageQuery): Promise<SigningKey[]> {
    return this.database.query<SigningKey>(`${SELECT} WHERE t.user_id = $1 ORDER BY t.id LIMIT $2 OFFSET $3`, [
      userId,
      limit + 1,
      (page - 1) * limit,
    ]);
  }

  async insert(tokenId: number, publicKey: Buffer): Promise<void> {
    await this.database.query('INSERT INTO signing_keys (token_id, public_key) VALUES ($1, $2)', [tokenId, publicKey]);
  }
}

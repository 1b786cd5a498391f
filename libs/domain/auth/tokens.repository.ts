import { Injectable } from '@nestjs/common';
import type { PageQuery } from '#kernel';
import { type DeepPartial, In } from 'typeorm';
import { Database } from '#platform/database';
import { managerIdOf, type User } from '#domain/users';
import { CREDENTIAL_COLUMNS, CREDENTIAL_IS_LIVE, type CredentialRow } from './credential.sql.js';
import { type CredentialKind, Token } from './token.entity.js';

/** The row of an outer join for a user who has none. */
interface UserWithoutTokens {
  readonly id: null;
}

/** What operators look for among everybody's tokens. */
export const TOKEN_FILTERS = ['unused', 'never_expiring', 'expiring'] as const;
export type TokenFilter = (typeof TOKEN_FILTERS)[number];

const NOTABLE: Readonly<Record<TokenFilter, string>> = {
  unused: 't.lastUsedAt IS NULL',
  never_expiring: 't.expiresAt IS NULL',
  expiring: "t.expiresAt < now() + interval '14 days'",
};

const BEARER: CredentialKind = 'bearer';

/** The only queries on tokens; those on credentials of other kinds are in their modules. */
@Injectable()
export class TokensRepository {
  constructor(private readonly database: Database) {}

  /** Asked on every request and never cached, so that a disabled user's and a revoked or expired token die at once. */
  async findCredential(secretHash: Buffer): Promise<CredentialRow | undefined> {
    const [row] = await this.database.lookUp<CredentialRow>(
      `SELECT ${CREDENTIAL_COLUMNS} FROM tokens t JOIN users u ON u.id = t.user_id
       WHERE (t.secret_hash = $1 OR (t.previous_hash = $1 AND t.previous_until > now()))
         AND t.kind = 'bearer' AND ${CREDENTIAL_IS_LIVE}`,
      [secretHash],
    );
    return row;
  }

  /** Writes the time of use, unless another request did so within the minute. */
  async touch(id: number): Promise<void> {
    await this.database.query(
      `UPDATE tokens SET last_used_at = now()
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }

  listOf(userId: number): Promise<Token[]> {
    return this.database.manager.find(Token, { where: { userId, kind: BEARER }, order: { id: 'ASC' } });
  }

  /** Live tokens of live users that call for an operator's attention; one row more than `limit` where there is a next page. */
  listNotable(filter: TokenFilter, { page, limit }: PageQuery): Promise<Token[]> {
    return this.database.manager
      .createQueryBuilder(Token, 't')
      .where({ kind: BEARER })
      .andWhere('(t.expiresAt IS NULL OR t.expiresAt > now())')
      .andWhere(NOTABLE[filter])
      .andWhere('EXISTS (SELECT FROM users u WHERE u.id = t.userId AND u.disabled_at IS NULL AND u.deleted_at IS NULL)')
      .orderBy('t.id', 'ASC')
      .offset((page - 1) * limit)
      .limit(limit + 1)
      .getMany();
  }

  /** With who manages the account. Undefined where there is no such user. */
  async listOfUsername(username: string): Promise<{ managerId: number | null; tokens: Token[] } | undefined> {
    const rows = await this.database.query<(Token | UserWithoutTokens) & Pick<User, 'managerId'>>(
      `SELECT ${managerIdOf('u')} AS "managerId", t.id, t.kind, t.user_id AS "userId", t.name, t.scopes, t.cidrs, t.expires_at AS "expiresAt",
              t.namespace_ids AS "namespaceIds", t.image_ids AS "imageIds", t.previous_until AS "previousUntil",
              t.last_used_at AS "lastUsedAt", t.created_at AS "createdAt"
       FROM users u LEFT JOIN tokens t ON t.user_id = u.id AND t.kind = 'bearer'
       WHERE lower(u.username) = lower($1) AND u.deleted_at IS NULL AND u.kind <> 'team' ORDER BY t.id`,
      [username],
    );
    const tokens = rows.filter((row) => row.id !== null);
    return rows[0] && { managerId: rows[0].managerId, tokens };
  }

  findById(id: number): Promise<Token | null> {
    return this.database.manager.findOneBy(Token, { id, kind: BEARER });
  }

  countOf(userId: number, kind: CredentialKind): Promise<number> {
    return this.database.manager.countBy(Token, { userId, kind });
  }

  async insert(token: DeepPartial<Token>): Promise<Token> {
    const { identifiers } = await this.database.manager.insert(Token, token);
    return this.database.manager.findOneByOrFail(Token, { id: identifiers[0]?.id as number });
  }

  /** Puts one token of this name and user in the place of what there is; processes that start together agree. */
  async replaceNamed({
    userId,
    name,
    scopes,
    secretHash,
  }: Pick<Token, 'userId' | 'name' | 'scopes' | 'secretHash'>): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [userId]);
      const { manager } = this.database;
      const { affected } = await manager.update(Token, { userId, name, kind: BEARER }, { scopes, secretHash });
      if (affected === 0) await manager.insert(Token, { userId, name, scopes, secretHash });
    });
  }

  /** With `overlapSeconds` the secret before stays good that long; without, it is dead at once. */
  async replaceSecret(id: number, secretHash: Buffer, overlapSeconds: number): Promise<Date | null> {
    const [row] = await this.database.query<{ previousUntil: Date | null }>(
      `WITH changed AS (
         UPDATE tokens SET secret_hash = $2, last_used_at = NULL,
                previous_hash = CASE WHEN $3 > 0 THEN secret_hash END,
                previous_until = CASE WHEN $3 > 0 THEN now() + make_interval(secs => $3) END
         WHERE id = $1 RETURNING previous_until)
       SELECT previous_until AS "previousUntil" FROM changed`,
      [id, secretHash, overlapSeconds],
    );
    return row?.previousUntil ?? null;
  }

  async retirePrevious(id: number): Promise<void> {
    await this.database.manager.update(Token, { id }, { previousHash: null, previousUntil: null });
  }

  async delete(id: number): Promise<void> {
    await this.database.manager.delete(Token, { id });
  }

  /** A credential of the user's, as it was; undefined where they have none of this kind and id. */
  async deleteOwn(userId: number, kind: CredentialKind, id: number): Promise<Token | undefined> {
    const { manager } = this.database;
    const token = await manager.findOneBy(Token, { id, userId, kind });
    const { affected } = token ? await manager.delete(Token, { id }) : { affected: 0 };
    return token && affected === 1 ? token : undefined;
  }

  /** All credentials of these users, of every kind; as they were, by id. */
  async deleteOf(userIds: readonly number[]): Promise<Token[]> {
    const { manager } = this.database;
    const tokens = await manager.find(Token, { where: { userId: In(userIds) }, order: { id: 'ASC' } });
    if (tokens.length > 0) await manager.delete(Token, { userId: In(userIds) });
    return tokens;
  }
}

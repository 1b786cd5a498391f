import { Injectable } from '@nestjs/common';
import { type PageQuery } from '#kernel';
import { type DeepPartial, ILike, In, IsNull, Not } from 'typeorm';
import { Database } from '#platform/database';
import { User } from './user.entity.js';

export interface UserPageQuery extends PageQuery {
  readonly search?: string | undefined;
}

/**
 * Those who read hold off those who change or delete. Neither waits for what merely refers to the account, such as the image
 * of an author: that comes after the lock on a tree, and so do these.
 */
const LOCKS = { 'to read': 'SHARE', 'to change': 'NO KEY UPDATE' } as const;

const MAX_NAMED = 100;

/** The only queries on users. A deleted user is found by none of them. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  findByUsername(username: string): Promise<User | null> {
    return this.database.manager
      .createQueryBuilder(User, 'u')
      .where(`lower(u.username) = lower(:username) AND u.deletedAt IS NULL AND u.kind <> 'team'`, { username })
      .getOne();
  }

  /** By username, else by email; a team by its name. */
  findByHandle(handle: string): Promise<User | null> {
    return this.database.manager
      .createQueryBuilder(User, 'u')
      .where('(lower(u.username) = lower(:handle) OR lower(u.email) = lower(:handle)) AND u.deletedAt IS NULL', {
        handle,
      })
      .getOne();
  }

  /** The account of a team. */
  findTeam(name: string): Promise<User | null> {
    return this.database.manager
      .createQueryBuilder(User, 'u')
      .where(`lower(u.username) = lower(:name) AND u.deletedAt IS NULL AND u.kind = 'team'`, { name })
      .getOne();
  }

  findById(id: number): Promise<User | null> {
    return this.database.manager.findOneBy(User, { id, deletedAt: IsNull() });
  }

  /** One row more than `limit` where there is a next page. Ordered by username. */
  list({ search, page, limit }: UserPageQuery): Promise<User[]> {
    const pattern = search === undefined ? undefined : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    return this.database.manager.find(User, {
      where: { deletedAt: IsNull(), kind: Not('team'), ...(pattern === undefined ? {} : { username: ILike(pattern) }) },
      order: { username: 'ASC' },
      skip: (page - 1) * limit,
      take: limit + 1,
    });
  }

  async insert(user: DeepPartial<User>): Promise<User> {
    const { identifiers } = await this.database.manager.insert(User, user);
    return this.database.manager.findOneByOrFail(User, { id: identifiers[0]?.id as number });
  }

  async update(id: number, changes: DeepPartial<User>): Promise<void> {
    await this.database.manager.update(User, { id }, { ...changes, updatedAt: () => 'now()' });
  }

  /** Whether there is no other active admin. All of them are locked: no two can leave at the same moment. */
  async isOnlyAdmin(id: number): Promise<boolean> {
    const admins = await this.database.query<{ id: number }>(
      `SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL AND deleted_at IS NULL
       ORDER BY id FOR NO KEY UPDATE`,
    );
    return admins.length === 1 && admins[0]?.id === id;
  }

  /** Holds off every other writer of users until the transaction ends. */
  async lockAll(): Promise<void> {
    await this.database.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
  }

  async countAll(): Promise<number> {
    return this.database.manager.countBy(User, {});
  }

  /** As it is once it is locked; null where it is gone. */
  async lock(id: number, mode: keyof typeof LOCKS): Promise<User | null> {
    await this.database.query(`SELECT 1 FROM users WHERE id = $1 FOR ${LOCKS[mode]}`, [id]);
    return this.findById(id);
  }

  /**
   * Whether none of these is gone, nor goes until the transaction ends. Active admins first, as for who takes one away: both
   * lock in the same order.
   */
  async holdAll(ids: readonly number[]): Promise<boolean> {
    const live = await this.database.query(
      `SELECT 1 FROM users WHERE id = ANY($1) AND deleted_at IS NULL
       ORDER BY role <> 'admin' OR disabled_at IS NOT NULL, id FOR ${LOCKS['to read']}`,
      [ids],
    );
    return live.length === new Set(ids).size;
  }

  /** The service accounts of a namespace and of all below it, locked to be changed in the order of their ids. */
  async lockWithin(namespaceId: number): Promise<User[]> {
    const locked = await this.database.query<{ id: number }>(
      `SELECT u.id FROM users u WHERE u.namespace_id IN (
         SELECT n.id FROM namespaces n JOIN namespaces top ON top.root_id = n.root_id
         WHERE top.id = $1 AND top.id = ANY(n.lineage))
       ORDER BY u.id FOR ${LOCKS['to change']}`,
      [namespaceId],
    );
    if (locked.length === 0) return [];
    return this.database.manager.find(User, { where: { id: In(locked.map(({ id }) => id)) }, order: { id: 'ASC' } });
  }

  /** How many service accounts a team has. */
  countOfTeam(teamId: number): Promise<number> {
    return this.database.manager.countBy(User, { ownerId: teamId, deletedAt: IsNull() });
  }

  /** How many service accounts there are in the tree of a namespace. */
  async countOfTree(namespaceId: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM users u JOIN namespaces n ON n.id = u.namespace_id
       WHERE n.root_id = (SELECT root_id FROM namespaces WHERE id = $1)`,
      [namespaceId],
    );
    return row?.count ?? 0;
  }

  /** Which of these accounts own something, or are about to; by username. */
  async findOwning(ids: readonly number[]): Promise<string[]> {
    const rows = await this.database.query<{ username: string }>(
      `SELECT u.username FROM users u WHERE u.id = ANY($1)
         AND (EXISTS (SELECT FROM images i WHERE i.user_id = u.id) OR EXISTS (SELECT FROM uploads p WHERE p.user_id = u.id)
           OR EXISTS (SELECT FROM namespaces n WHERE n.user_id = u.id))
       ORDER BY u.username LIMIT ${MAX_NAMED}`,
      [ids],
    );
    return rows.map(({ username }) => username);
  }

  /** Takes the passwords of these accounts away; the ids of those that had one. */
  async removePasswords(ids: readonly number[]): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(
      `WITH changed AS (
         UPDATE users SET password_hash = NULL, updated_at = now()
         WHERE id = ANY($1) AND password_hash IS NOT NULL RETURNING id)
       SELECT id FROM changed`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  /** How much would be without an owner if this user went; an image whose bytes are on their way counts as one. */
  async countBelongings(id: number): Promise<{ images: number; namespaces: number }> {
    const [row] = await this.database.query<{ images: number; namespaces: number }>(
      `SELECT (SELECT count(*)::int FROM images WHERE user_id = $1)
                + (SELECT count(*)::int FROM uploads WHERE user_id = $1) AS images,
              (SELECT count(*)::int FROM namespaces WHERE user_id = $1) AS namespaces`,
      [id],
    );
    return row ?? { images: 0, namespaces: 0 };
  }

  /** Marks the user as gone; tokens, invites, roles and memberships go with it, the row stays for the images it authored. */
  async softDelete(id: number): Promise<void> {
    await this.update(id, { deletedAt: new Date(), namespaceId: null });
    for (const [table, column] of [
      ['tokens', 'user_id'],
      ['bindings', 'subject_id'],
      ['quotas', 'account_id'],
      ['team_members', 'user_id'],
      ['invites', 'invitee_id'],
      ['invites', 'inviter_id'],
    ]) {
      await this.database.query(`DELETE FROM ${table ?? ''} WHERE ${column ?? ''} = $1`, [id]);
    }
  }
}

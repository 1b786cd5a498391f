import { Injectable } from '@nestjs/common';
import { type PageQuery, type Scope, SCOPES } from '#kernel';
import { Database } from '#platform/database';
import { BINDING_IS_LIVE } from '#domain/permissions';
import { Team } from './team.entity.js';
import type { TeamView } from './team-view.js';
import type { TeamBelongings } from './teams.errors.js';

export interface TeamPageQuery extends PageQuery {
  readonly search?: string | undefined;
}

interface TeamColumns {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly parentId: number | null | undefined;
}

/** $1 is the caller. */
export const TEAM_VIEW = `
  SELECT t.id, u.username AS name, t.description, t.parent_id AS "parentId", p.username AS "parentName",
         (SELECT count(*)::int FROM team_members m WHERE m.team_id = t.id) AS "memberCount",
         u.created_at AS "createdAt", u.updated_at AS "updatedAt", own.role AS "callerRole",
         EXISTS (SELECT FROM team_members m WHERE m.team_id = t.parent_id AND m.user_id = $1) AS "callerInParent"
  FROM teams t
  JOIN users u ON u.id = t.id LEFT JOIN users p ON p.id = t.parent_id
  LEFT JOIN team_members own ON own.team_id = t.id AND own.user_id = $1`;

/** $2 is the name. */
export const TEAM_BY_NAME = `${TEAM_VIEW} WHERE lower(u.username) = lower($2) AND u.deleted_at IS NULL`;

/** The only queries on teams. A team is two rows: its account in `users`, and what else it is in `teams`. */
@Injectable()
export class TeamsRepository {
  constructor(private readonly database: Database) {}

  async findView(callerId: number, name: string): Promise<TeamView | undefined> {
    return (await this.database.query<TeamView>(TEAM_BY_NAME, [callerId, name]))[0];
  }

  /** All teams, or those that `subjectIds` or the caller's membership in the parent make theirs to see; by name, one more than `limit`. */
  list(callerId: number, seen: readonly number[] | 'all', { search, page, limit }: TeamPageQuery): Promise<TeamView[]> {
    return this.database.query<TeamView>(
      `${TEAM_VIEW}
       WHERE ($2::int[] IS NULL OR t.id = ANY($2) OR t.parent_id IN (SELECT team_id FROM team_members WHERE user_id = $1))
         AND ($3::text IS NULL OR strpos(lower(u.username), lower($3)) > 0)
       ORDER BY u.username OFFSET $4 LIMIT $5`,
      [callerId, seen === 'all' ? null : seen, search ?? null, (page - 1) * limit, limit + 1],
    );
  }

  /** Fails on `users_username_key` where a user or team has the name. */
  async insert(name: string, parentId: number | null, description: string): Promise<void> {
    await this.database.query(
      `WITH account AS (INSERT INTO users (username, email, kind) VALUES ($1, '', 'team') RETURNING id)
       INSERT INTO teams (id, parent_id, description) SELECT id, $2, $3 FROM account`,
      [name, parentId, description],
    );
  }

  /** The rows as they stand, nobody else's to change until the transaction ends; always locked in the same order. */
  lock(...ids: readonly number[]): Promise<Team[]> {
    return this.database.query<Team>(
      'SELECT id, parent_id AS "parentId", description FROM teams WHERE id = ANY($1) ORDER BY id FOR UPDATE',
      [ids],
    );
  }

  async hasChildren(id: number): Promise<boolean> {
    return this.database.manager.existsBy(Team, { parentId: id });
  }

  /** What is undefined stays. */
  async update(id: number, { name, description, parentId }: TeamColumns): Promise<void> {
    // A new name changes what its images are called: these are locked before their owner, as everywhere.
    if (name !== undefined) {
      await this.database.query('SELECT 1 FROM images WHERE user_id = $1 ORDER BY id FOR NO KEY UPDATE', [id]);
    }
    await this.database.query('UPDATE users SET username = coalesce($2, username), updated_at = now() WHERE id = $1', [
      id,
      name ?? null,
    ]);
    await this.database.query(
      `UPDATE teams SET description = coalesce($2, description), parent_id = CASE WHEN $3 THEN $4 ELSE parent_id END
       WHERE id = $1`,
      [id, description ?? null, parentId !== undefined, parentId ?? null],
    );
  }

  /**
   * All that somebody may come to hold by being in a team: by its bindings, its parent's and its children's, and those of
   * their service accounts; and where any of these teams owns something, what owners hold.
   */
  async listScopesWithin(id: number): Promise<Scope[]> {
    const rows = await this.database.query<{ scope: Scope }>(
      `WITH kin AS (SELECT t.id FROM teams t, teams self WHERE self.id = $1
                    AND (t.id = self.id OR t.id = self.parent_id OR t.parent_id = self.id)),
            accounts AS (SELECT id FROM kin UNION SELECT u.id FROM users u JOIN kin ON kin.id = u.owner_id)
       SELECT unnest(r.scopes) AS scope FROM bindings b JOIN roles r ON r.id = b.role_id
       WHERE b.subject_id IN (SELECT id FROM accounts) AND ${BINDING_IS_LIVE}
       UNION SELECT unnest(scopes) FROM roles WHERE built_in AND name = 'owner'
         AND (EXISTS (SELECT FROM namespaces n JOIN accounts a ON a.id = n.user_id)
              OR EXISTS (SELECT FROM images i JOIN accounts a ON a.id = i.user_id))`,
      [id],
    );
    const found = new Set(rows.map(({ scope }) => scope));
    return SCOPES.filter((scope) => found.has(scope));
  }

  /** Counts what would be without an owner; nobody can give the team more until the transaction ends. */
  async lockBelongings(id: number): Promise<TeamBelongings> {
    await this.database.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [id]);
    const [row] = await this.database.query<TeamBelongings>(
      `SELECT (SELECT count(*)::int FROM images WHERE user_id = $1)
                + (SELECT count(*)::int FROM uploads WHERE user_id = $1) AS images,
              (SELECT count(*)::int FROM namespaces WHERE user_id = $1) AS namespaces,
              (SELECT count(*)::int FROM users WHERE owner_id = $1 AND deleted_at IS NULL) AS services,
              (SELECT count(*)::int FROM teams WHERE parent_id = $1) AS teams`,
      [id],
    );
    return row ?? { images: 0, namespaces: 0, services: 0, teams: 0 };
  }

  /** Its memberships and roles go with it; the account's row stays, and gives its name back. */
  async delete(id: number): Promise<void> {
    await this.database.manager.delete(Team, { id });
    await this.database.query('DELETE FROM bindings WHERE subject_id = $1', [id]);
    await this.database.query('UPDATE users SET deleted_at = now(), updated_at = now() WHERE id = $1', [id]);
  }
}

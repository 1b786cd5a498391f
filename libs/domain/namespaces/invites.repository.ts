import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { Collaborator } from './collaborator.entity.js';
import type { CollaboratorRole } from './collaborator-role.js';
import { Invite } from './invite.entity.js';
import type { NamespaceContents } from './namespace-contents.js';
import type { UserSummary } from './namespace-view.js';

export interface InviteView {
  readonly id: number;
  readonly namespaceId: number;
  readonly role: CollaboratorRole;
  readonly createdAt: Date;
  readonly invitee: UserSummary;
  readonly inviter: UserSummary;
  /** Owner and path of the root that the invite opens. */
  readonly owner: string;
  readonly path: string;
}

export interface CollaboratorView extends UserSummary {
  readonly role: CollaboratorRole;
  readonly joinedAt: Date;
}

const userJson = (alias: string): string =>
  `json_build_object('id', ${alias}.id, 'username', ${alias}.username, 'email', ${alias}.email, 'createdAt', ${alias}.created_at)`;

const INVITE_VIEW = `
  SELECT i.id, i.namespace_id AS "namespaceId", i.role, i.created_at AS "createdAt",
         ${userJson('invitee')} AS invitee, ${userJson('inviter')} AS inviter, o.username AS owner, n.path
  FROM invites i
  JOIN users invitee ON invitee.id = i.invitee_id JOIN users inviter ON inviter.id = i.inviter_id
  JOIN namespaces n ON n.id = i.namespace_id JOIN users o ON o.id = n.user_id`;

/** Who is invited to a namespace's tree. */
export const INVITES_TO_TREE: NamespaceContents<InviteView, InviteView> = {
  select: `${INVITE_VIEW} WHERE i.namespace_id = node."rootId"`,
  order: 'item.id',
  values: [],
  toItem: withDates,
};

/** Who collaborates in a namespace's tree. */
export const COLLABORATORS_OF_TREE: NamespaceContents<CollaboratorView, CollaboratorView> = {
  select: `SELECT u.id, u.username, u.email, u.created_at AS "createdAt", c.role, c.created_at AS "joinedAt"
    FROM collaborators c JOIN users u ON u.id = c.user_id WHERE c.namespace_id = node."rootId"`,
  order: 'item.username',
  values: [],
  toItem: ({ id, username, email, createdAt, role, joinedAt }) => ({ id, username, email, createdAt, role, joinedAt }),
};

/** The only queries on invites and collaborators. */
@Injectable()
export class InvitesRepository {
  constructor(private readonly database: Database) {}

  async findById(id: number): Promise<InviteView | undefined> {
    return (await this.views(`${INVITE_VIEW} WHERE i.id = $1`, [id]))[0];
  }

  listReceived(inviteeId: number): Promise<InviteView[]> {
    return this.views(`${INVITE_VIEW} WHERE i.invitee_id = $1 ORDER BY i.id`, [inviteeId]);
  }

  async insert(invite: Pick<Invite, 'namespaceId' | 'inviteeId' | 'inviterId' | 'role'>): Promise<number> {
    const { identifiers } = await this.database.manager.insert(Invite, invite);
    return identifiers[0]?.id as number;
  }

  /** Removes an invite; false where another request was faster. */
  async delete(id: number): Promise<boolean> {
    return (await this.database.manager.delete(Invite, { id })).affected === 1;
  }

  async isCollaborator(rootId: number, userId: number): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM collaborators WHERE namespace_id = $1 AND user_id = $2', [
      rootId,
      userId,
    ]);
    return rows.length > 0;
  }

  async addCollaborator({ namespaceId, userId, role }: Omit<Collaborator, 'createdAt'>): Promise<void> {
    await this.database.query(
      `INSERT INTO collaborators (namespace_id, user_id, role) VALUES ($1, $2, $3)
       ON CONFLICT (namespace_id, user_id) DO UPDATE SET role = excluded.role`,
      [namespaceId, userId, role],
    );
  }

  /** False where there was none of that username or email. */
  async removeCollaborator(rootId: number, userId: number): Promise<boolean> {
    const rows = await this.database.query<{ role: string }>(
      `WITH gone AS (DELETE FROM collaborators WHERE namespace_id = $1 AND user_id = $2 RETURNING role) SELECT role FROM gone`,
      [rootId, userId],
    );
    return rows.length > 0;
  }

  private async views(sql: string, values: readonly unknown[]): Promise<InviteView[]> {
    return (await this.database.query<InviteView>(sql, values)).map(withDates);
  }
}

function withDates(invite: InviteView): InviteView {
  return { ...invite, invitee: withDate(invite.invitee), inviter: withDate(invite.inviter) };
}

/** JSON has no dates: what PostgreSQL built as an object carries them as text. */
function withDate(user: UserSummary): UserSummary {
  return { ...user, createdAt: new Date(user.createdAt) };
}

import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Database } from '#platform/database';
import { COLLABORATOR_ROLES, type CollaboratorRole } from './collaborator-role.js';
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

type NewInviteRow = Pick<Invite, 'namespaceId' | 'inviteeId' | 'inviterId' | 'role'>;

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

/** Bindings `b` that are collaborations: an invite's role, for a user, on a tree's root, for good. */
const COLLABORATION = `b.expires_at IS NULL AND b.role_id IN (
  SELECT id FROM roles WHERE built_in AND name IN (${COLLABORATOR_ROLES.map((role) => `'${role}'`).join(', ')}))`;

/** Who collaborates in a namespace's tree. */
export const COLLABORATORS_OF_TREE: NamespaceContents<CollaboratorView, CollaboratorView> = {
  select: `SELECT DISTINCT ON (u.username) u.id, u.username, u.email, u.created_at AS "createdAt", r.name AS role,
      b.created_at AS "joinedAt"
    FROM bindings b JOIN users u ON u.id = b.subject_id AND u.kind <> 'team' JOIN roles r ON r.id = b.role_id
    WHERE b.namespace_id = node."rootId" AND ${COLLABORATION}
    ORDER BY u.username, cardinality(r.scopes) DESC`,
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

  /** Not answered yet, to one user or to everybody. */
  listOfTree(rootId: number, inviteeId: number | null): Promise<InviteView[]> {
    return this.views(
      `${INVITE_VIEW} WHERE i.namespace_id = $1 AND ($2::int IS NULL OR i.invitee_id = $2) ORDER BY i.id`,
      [rootId, inviteeId],
    );
  }

  async insert(invite: NewInviteRow): Promise<number> {
    const { identifiers } = await this.database.manager.insert(Invite, invite);
    return identifiers[0]?.id as number;
  }

  /** Removes an invite; false where another request was faster. */
  async delete(id: number): Promise<boolean> {
    return (await this.database.manager.delete(Invite, { id })).affected === 1;
  }

  /** What a collaborator's role grants. */
  async scopesOf(role: CollaboratorRole): Promise<readonly Scope[]> {
    const sql = 'SELECT scopes FROM roles WHERE built_in AND name = $1';
    return (await this.database.query<{ scopes: readonly Scope[] }>(sql, [role]))[0]?.scopes ?? [];
  }

  async isCollaborator(rootId: number, userId: number): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM bindings b WHERE b.namespace_id = $1 AND b.subject_id = $2 AND ${COLLABORATION}`,
      [rootId, userId],
    );
    return rows.length > 0;
  }

  /** In the place of a role they had; `inviterId` is who gave it. */
  async addCollaborator({ namespaceId, inviteeId, inviterId, role }: NewInviteRow): Promise<void> {
    await this.removeCollaborator(namespaceId, inviteeId);
    await this.database.query(
      `INSERT INTO bindings (role_id, subject_id, namespace_id, created_by)
       SELECT id, $2, $1, $3 FROM roles WHERE built_in AND name = $4`,
      [namespaceId, inviteeId, inviterId, role],
    );
  }

  /** False where there was none. */
  async removeCollaborator(rootId: number, userId: number): Promise<boolean> {
    const rows = await this.database.query<{ id: number }>(
      `WITH gone AS (DELETE FROM bindings b WHERE b.namespace_id = $1 AND b.subject_id = $2 AND ${COLLABORATION} RETURNING b.id)
       SELECT id FROM gone`,
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

import { Injectable } from '@nestjs/common';
import { type PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { TeamMember, type TeamRole } from './team-member.entity.js';
import type { TeamFacts } from './team.policy.js';
import type { TeamMemberView } from './team-view.js';
import { TEAM_BY_NAME } from './teams.repository.js';

const MEMBER = `
  SELECT u.id, u.username, u.email, u.created_at AS "createdAt", m.role, m.created_at AS "joinedAt"
  FROM team_members m JOIN users u ON u.id = m.user_id`;

/** A member, or one row without an `id` where there is none. */
type ListedRow = Omit<TeamMemberView, 'id'> & { readonly id: number | null; readonly team: TeamFacts };

const isMember = (row: ListedRow): row is ListedRow & { readonly id: number } => row.id !== null;

/** The only queries on who is in which team. */
@Injectable()
export class TeamMembersRepository {
  constructor(private readonly database: Database) {}

  /** What decides about a team, and a page of its members by name, one more than `limit`; in one statement. */
  async findTeamWithMembers(
    callerId: number,
    name: string,
    { page, limit }: PageQuery,
  ): Promise<{ team: TeamFacts; members: TeamMemberView[] } | undefined> {
    const rows = await this.database.query<ListedRow>(
      `WITH team AS (${TEAM_BY_NAME})
       SELECT to_jsonb(team) AS team, member.* FROM team
       LEFT JOIN LATERAL (${MEMBER} WHERE m.team_id = team.id ORDER BY u.username OFFSET $3 LIMIT $4) member ON true
       ORDER BY member.username`,
      [callerId, name, (page - 1) * limit, limit + 1],
    );
    return rows[0] && { team: rows[0].team, members: rows.filter(isMember) };
  }

  async find(teamId: number, userId: number): Promise<TeamMemberView | undefined> {
    const rows = await this.database.query<TeamMemberView>(`${MEMBER} WHERE m.team_id = $1 AND m.user_id = $2`, [
      teamId,
      userId,
    ]);
    return rows[0];
  }

  async isOnlyLead(teamId: number, userId: number): Promise<boolean> {
    const leads = await this.database.manager.findBy(TeamMember, { teamId, role: 'lead' });
    return leads.length === 1 && leads[0]?.userId === userId;
  }

  async save(teamId: number, userId: number, role: TeamRole): Promise<void> {
    await this.database.manager.upsert(TeamMember, { teamId, userId, role }, ['teamId', 'userId']);
  }

  async delete(teamId: number, userId: number): Promise<void> {
    await this.database.manager.delete(TeamMember, { teamId, userId });
  }
}

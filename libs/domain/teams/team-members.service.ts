import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, mayEverywhere, type Page, type PageQuery, pageOf } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { userNotFound, UsersService } from '#domain/users';
import { maySeeTeam } from './team.policy.js';
import type { TeamRole } from './team-member.entity.js';
import { TeamMembersRepository } from './team-members.repository.js';
import type { TeamMemberView } from './team-view.js';
import { lastLead, teamNotFound } from './teams.errors.js';
import { TeamsRepository } from './teams.repository.js';
import { TeamsService } from './teams.service.js';

/** Who is in a team. Everybody who sees the team sees its members. */
@Injectable()
export class TeamMembersService {
  constructor(
    private readonly members: TeamMembersRepository,
    private readonly rows: TeamsRepository,
    private readonly teams: TeamsService,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `not_found` */
  async list(principal: AuthenticatedPrincipal, team: string, query: PageQuery): Promise<Page<TeamMemberView>> {
    const found = await this.members.findTeamWithMembers(principal.userId, team, query);
    if (!found || !maySeeTeam(principal, found.team)) throw teamNotFound();
    return pageOf(found.members, query);
  }

  /** Adds a user, or gives a member another role. @throws DomainError `not_found`, `forbidden`, `conflict` (the last lead) */
  async put(
    principal: AuthenticatedPrincipal,
    team: string,
    username: string,
    role: TeamRole,
  ): Promise<TeamMemberView> {
    const found = await this.teams.getManaged(principal, 'team:write', team);
    const { id: teamId, name } = found;
    const user = await this.users.get(username);
    return this.changing(teamId, async () => {
      if (!(await this.users.holdToGrant(user.id))) throw userNotFound();
      if (role !== 'lead') await this.assertLeadRemains(principal, teamId, user.id);
      const was = await this.members.find(teamId, user.id);
      if (!was || role === 'lead') await this.teams.assertMayAdmit(principal, found);
      await this.members.save(teamId, user.id, role);
      const member = await this.members.find(teamId, user.id);
      if (!member) throw teamNotFound();
      await this.audit.record(principal, {
        action: 'member.put',
        target: { kind: 'team', id: teamId, name },
        before: was && { user: user.username, role: was.role },
        after: { user: user.username, role },
      });
      return member;
    });
  }

  /** By who manages the team; everybody may leave by themselves. @throws DomainError as `put` */
  async remove(principal: AuthenticatedPrincipal, team: string, username: string): Promise<void> {
    const leaves = username.toLowerCase() === principal.username.toLowerCase();
    const { id: teamId, name } = leaves
      ? await this.teams.get(principal, team)
      : await this.teams.getManaged(principal, 'team:write', team);
    const user = await this.users.get(username);
    await this.changing(teamId, async () => {
      const was = await this.members.find(teamId, user.id);
      if (!was) throw teamNotFound();
      await this.assertLeadRemains(principal, teamId, user.id);
      await this.members.delete(teamId, user.id);
      const before = { user: user.username, role: was.role };
      await this.audit.record(principal, {
        action: 'member.remove',
        target: { kind: 'team', id: teamId, name },
        before,
      });
    });
  }

  /** One change of a team's members after the other: no two leads leave at the same moment. */
  private changing<T>(teamId: number, change: () => Promise<T>): Promise<T> {
    return this.audit.transaction(async () => {
      if ((await this.rows.lock(teamId)).length === 0) throw teamNotFound();
      return change();
    });
  }

  private async assertLeadRemains(principal: AuthenticatedPrincipal, teamId: number, userId: number): Promise<void> {
    if (mayEverywhere(principal, 'team:write')) return;
    if (await this.members.isOnlyLead(teamId, userId)) throw lastLead();
  }
}

import type { TeamMemberView, TeamView } from '#domain/teams';
import { presentUserSummary } from '../users/user.presenter.js';
import type { TeamAnswer, TeamMemberAnswer } from './team.schema.js';

export function presentTeam(team: TeamView): TeamAnswer {
  return {
    id: team.id,
    name: team.name,
    description: team.description,
    parent: team.parentName,
    members: team.memberCount,
    role: team.callerRole,
    created_at: team.createdAt,
    updated_at: team.updatedAt,
  };
}

export function presentTeamMember(member: TeamMemberView): TeamMemberAnswer {
  return { ...presentUserSummary(member), role: member.role, joined_at: member.joinedAt };
}

export { TEAM_ROLES, type TeamRole } from './team-member.entity.js';
export { TeamMembersService } from './team-members.service.js';
export type { TeamMemberView, TeamView } from './team-view.js';
export { TeamsModule } from './teams.module.js';
export { TeamsService } from './teams.service.js';

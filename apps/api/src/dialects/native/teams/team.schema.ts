import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { TEAM_ROLES, type TeamRole } from '#domain/teams';
import { EXAMPLE_TIME } from '../native.examples.js';
import { UserSummaryAnswer } from '../users/user.schema.js';

@ApiSchema({ name: 'Team', description: 'An account that owns things for its members' })
export class TeamAnswer {
  @ApiProperty({ description: 'Number of the team, in one row with those of users', type: 'integer', example: 4 })
  id: number;

  @ApiProperty({ description: 'The name in paths and references; no user has it', example: 'platform' })
  name: string;

  @ApiProperty({ description: 'What there is to say of it', maxLength: 255, example: '' })
  description: string;

  @ApiProperty({ description: 'Name of the team it is part of', type: String, nullable: true, example: null })
  parent: string | null;

  @ApiProperty({ description: 'How many are in it', type: 'integer', example: 0 })
  members: number;

  @ApiProperty({ description: 'What the caller is in it', enum: TEAM_ROLES, nullable: true, example: null })
  role: TeamRole | null;

  @ApiProperty({ description: 'When it was made', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When its name, description or parent last changed', example: EXAMPLE_TIME })
  updated_at: Date;
}

@ApiSchema({ name: 'TeamMember', description: 'A user in a team' })
export class TeamMemberAnswer extends UserSummaryAnswer {
  @ApiProperty({ description: 'Leads manage the team and own what it owns', enum: TEAM_ROLES, example: 'lead' })
  role: TeamRole;

  @ApiProperty({ description: 'Since when they are in it', example: EXAMPLE_TIME })
  joined_at: Date;
}

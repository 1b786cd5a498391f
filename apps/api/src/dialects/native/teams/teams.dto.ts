import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, ValidateIf } from 'class-validator';
import { TEAM_ROLES, type TeamRole } from '#domain/teams';
import { MayBeAbsent } from '../native.validation.js';

const NAME = '3 to 30 letters, digits, dots or dashes; unique among users and teams whatever the case';

@ApiSchema({ name: 'CreateTeam', description: 'A new team' })
export class CreateTeamDto {
  @ApiProperty({ description: NAME, example: 'platform' })
  @IsString()
  name: string;

  @ApiPropertyOptional({ description: 'What there is to say of it', maxLength: 255, default: '' })
  @MayBeAbsent()
  @IsString()
  description?: string;

  @ApiPropertyOptional({ description: 'Name of the team it is to be part of, which has no parent itself' })
  @MayBeAbsent()
  @IsString()
  parent?: string;
}

@ApiSchema({ name: 'UpdateTeam', description: 'What is to change of a team; what is not named stays' })
export class UpdateTeamDto {
  @ApiPropertyOptional({ description: NAME })
  @ValidateIf((dto: UpdateTeamDto) => dto.name !== undefined)
  @IsString()
  name?: string;

  @ApiPropertyOptional({ description: 'What there is to say of it', maxLength: 255, example: 'Builds the platform' })
  @ValidateIf((dto: UpdateTeamDto) => dto.description !== undefined)
  @IsString()
  description?: string;

  @ApiPropertyOptional({ description: 'Another parent; null for none', type: String, nullable: true })
  @IsOptional()
  @IsString()
  parent?: string | null;
}

@ApiSchema({ name: 'PutTeamMember', description: 'What a user is to be in a team' })
export class PutTeamMemberDto {
  @ApiProperty({ description: 'Leads manage the team and own what it owns', enum: TEAM_ROLES, example: 'lead' })
  @IsIn(TEAM_ROLES)
  role: TeamRole;
}

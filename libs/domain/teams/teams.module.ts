import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { UsersModule } from '#domain/users';
import { TeamMember } from './team-member.entity.js';
import { TeamMembersRepository } from './team-members.repository.js';
import { TeamMembersService } from './team-members.service.js';
import { Team } from './team.entity.js';
import { TeamsRepository } from './teams.repository.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([Team, TeamMember]), UsersModule],
  providers: [TeamsRepository, TeamMembersRepository, TeamsService, TeamMembersService],
  exports: [TeamsService, TeamMembersService],
})
export class TeamsModule {}

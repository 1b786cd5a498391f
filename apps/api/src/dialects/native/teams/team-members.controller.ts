import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { TeamMembersService } from '#domain/teams';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { Listing, Lists } from '../native.listing.js';
import { presentTeamMember } from './team.presenter.js';
import { ApiListTeamMembers, ApiPutTeamMember, ApiRemoveTeamMember } from './team-members.openapi.js';
import { PutTeamMemberDto } from './teams.dto.js';

interface MemberParams {
  readonly team: string;
  readonly username: string;
}

@Controller('teams/:team/members')
export class TeamMembersController {
  constructor(private readonly members: TeamMembersService) {}

  @Get()
  @RequireScope('team:read')
  @ApiListTeamMembers()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('team') team: string,
    @Lists() listing: Listing,
  ): Promise<object[]> {
    const found = await this.members.list(caller, team, listing.slice);
    return listing.answer(found, presentTeamMember);
  }

  @Put(':username')
  @RequireScope('team:write')
  @ApiPutTeamMember()
  async put(
    @Caller() caller: AuthenticatedPrincipal,
    @Param() { team, username }: MemberParams,
    @Body() { role }: PutTeamMemberDto,
  ): Promise<object> {
    return presentTeamMember(await this.members.put(caller, team, username, role));
  }

  @Delete(':username')
  @RequireScope('team:write')
  @HttpCode(204)
  @ApiRemoveTeamMember()
  async remove(@Caller() caller: AuthenticatedPrincipal, @Param() { team, username }: MemberParams): Promise<void> {
    await this.members.remove(caller, team, username);
  }
}

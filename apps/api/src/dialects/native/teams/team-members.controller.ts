import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { TeamMembersService } from '#domain/teams';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { numberedLinks, type RawQuery, readLimit, readPage, setLinks } from '../native.paging.js';
import { presentTeamMember } from './team.presenter.js';
import { ApiListTeamMembers, ApiPutTeamMember, ApiRemoveTeamMember } from './team-members.openapi.js';
import { PutTeamMemberDto } from './teams.dto.js';

interface MemberParams {
  readonly team: string;
  readonly username: string;
}

@Controller('teams/:team/members')
export class TeamMembersController {
  constructor(
    private readonly members: TeamMembersService,
    private readonly url: PublicUrl,
  ) {}

  @Get()
  @RequireScope('team:read')
  @ApiListTeamMembers()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('team') team: string,
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object[]> {
    const page = readPage(query);
    const found = await this.members.list(caller, team, { page, limit: readLimit(query) });
    setLinks(request, response, this.url.base, numberedLinks(page, found));
    return found.items.map(presentTeamMember);
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

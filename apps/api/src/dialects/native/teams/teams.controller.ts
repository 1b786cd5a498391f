import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { TeamsService } from '#domain/teams';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { Listing, Lists } from '../native.listing.js';
import { presentTeam } from './team.presenter.js';
import { CreateTeamDto, UpdateTeamDto } from './teams.dto.js';
import { ApiCreateTeam, ApiDeleteTeam, ApiListTeams, ApiShowTeam, ApiUpdateTeam } from './teams.openapi.js';

@Controller('teams')
export class TeamsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly url: PublicUrl,
  ) {}

  @Get()
  @RequireScope('team:read')
  @ApiListTeams()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const found = await this.teams.list(caller, { ...listing.slice, search: listing.one('search') });
    return listing.answer(found, presentTeam);
  }

  @Post()
  @RequireScope('team:write')
  @ApiCreateTeam()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Body() body: CreateTeamDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const team = await this.teams.create(caller, body);
    response.location(`${this.url.base}/teams/${team.name}`);
    return presentTeam(team);
  }

  @Get(':team')
  @RequireScope('team:read')
  @ApiShowTeam()
  async show(@Caller() caller: AuthenticatedPrincipal, @Param('team') team: string): Promise<object> {
    return presentTeam(await this.teams.get(caller, team));
  }

  @Patch(':team')
  @RequireScope('team:write')
  @ApiUpdateTeam()
  async update(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('team') team: string,
    @Body() body: UpdateTeamDto,
  ): Promise<object> {
    return presentTeam(await this.teams.update(caller, team, body));
  }

  @Delete(':team')
  @RequireScope('team:delete')
  @HttpCode(204)
  @ApiDeleteTeam()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('team') team: string): Promise<void> {
    await this.teams.delete(caller, team);
  }
}

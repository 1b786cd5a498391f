import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { RolesService } from '#domain/roles';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { readId } from '../native.ids.js';
import { Listing, Lists } from '../native.listing.js';
import { presentRole } from './role.presenter.js';
import { CreateRoleDto, UpdateRoleDto } from './roles.dto.js';
import { ApiCreateRole, ApiDeleteRole, ApiListRoles, ApiShowRole, ApiUpdateRole } from './roles.openapi.js';

@Controller('roles')
export class RolesController {
  constructor(
    private readonly roles: RolesService,
    private readonly url: PublicUrl,
  ) {}

  @Get()
  @RequireScope('role:read')
  @ApiListRoles()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const found = await this.roles.list(caller, { ...listing.slice, namespace: listing.one('namespace') });
    return listing.answer(found, presentRole);
  }

  @Post()
  @RequireScope('role:write')
  @ApiCreateRole()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Body() body: CreateRoleDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const role = await this.roles.create(caller, body);
    response.location(`${this.url.base}/roles/${role.id}`);
    return presentRole(role);
  }

  @Get(':id')
  @RequireScope('role:read')
  @ApiShowRole()
  async show(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentRole(await this.roles.get(caller, readId(id)));
  }

  @Patch(':id')
  @RequireScope('role:write')
  @ApiUpdateRole()
  async update(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('id') id: string,
    @Headers('if-match') match: string | undefined,
    @Body() body: UpdateRoleDto,
  ): Promise<object> {
    const version = body.version ?? readVersion(match);
    return presentRole(await this.roles.update(caller, readId(id), { ...body, version }));
  }

  @Delete(':id')
  @RequireScope('role:delete')
  @HttpCode(204)
  @ApiDeleteRole()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.roles.delete(caller, readId(id));
  }
}

/** `"3"` or `3`. What is neither names no version. */
function readVersion(match: string | undefined): number | undefined {
  const digits = /^"?(\d{1,9})"?$/.exec(match ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

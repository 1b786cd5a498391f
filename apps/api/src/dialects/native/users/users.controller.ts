import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { ServiceAccountsService } from '#domain/namespaces';
import { UsersService } from '#domain/users';
import { Authenticated, RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { Listing, Lists } from '../native.listing.js';
import { presentUser } from './user.presenter.js';
import { CreateUserDto, UpdateUserDto } from './users.dto.js';
import {
  ApiCreateUser,
  ApiDeleteUser,
  ApiListUsers,
  ApiShowCaller,
  ApiShowUser,
  ApiUpdateUser,
} from './users.openapi.js';

@Controller()
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly serviceAccounts: ServiceAccountsService,
    private readonly url: PublicUrl,
  ) {}

  @Get('user')
  @Authenticated()
  @ApiShowCaller()
  async showCaller(@Caller() caller: AuthenticatedPrincipal): Promise<object> {
    return { ...presentUser(await this.users.getById(caller.userId)), scopes: [...caller.scopes] };
  }

  @Get('users')
  @RequireScope('user:read')
  @ApiListUsers()
  async list(@Lists() listing: Listing): Promise<object[]> {
    const found = await this.users.list({ ...listing.slice, search: listing.one('search') });
    return listing.answer(found, presentUser);
  }

  @Post('users')
  @RequireScope('user:write')
  @ApiCreateUser()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Body() { namespace, ...input }: CreateUserDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const user = await (namespace === undefined
      ? this.users.create(caller, input)
      : this.serviceAccounts.create(caller, { ...input, namespace }));
    response.location(`${this.url.base}/users/${user.username}`);
    return presentUser(user);
  }

  @Get('users/:username')
  @RequireScope('user:read')
  @ApiShowUser()
  async show(@Param('username') username: string): Promise<object> {
    return presentUser(await this.users.get(username));
  }

  @Patch('users/:username')
  @RequireScope('user:write')
  @ApiUpdateUser()
  async update(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('username') username: string,
    @Body() body: UpdateUserDto,
  ): Promise<object> {
    return presentUser(await this.users.update(caller, username, body));
  }

  @Delete('users/:username')
  @RequireScope('user:delete')
  @HttpCode(204)
  @ApiDeleteUser()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('username') username: string): Promise<void> {
    await this.users.delete(caller, username);
  }
}

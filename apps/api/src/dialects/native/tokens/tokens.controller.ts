import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { TokensService } from '#domain/auth';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { Listing, Lists } from '../native.listing.js';
import { readId } from '../native.ids.js';
import { presentIssuedToken, presentToken } from './token.presenter.js';
import { CreateTokenDto, RotateTokenDto } from './tokens.dto.js';
import {
  ApiCreateToken,
  ApiListTokens,
  ApiRetirePreviousSecret,
  ApiRevokeToken,
  ApiRotateToken,
} from './tokens.openapi.js';

@Controller('tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @RequireScope('token:read')
  @ApiListTokens()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const filter = listing.one('filter');
    if (filter === undefined) return (await this.tokens.list(caller, listing.one('user'))).map(presentToken);
    return listing.answer(await this.tokens.listNotable(caller, filter, listing.slice), presentToken);
  }

  @Post()
  @RequireScope('token:write')
  @ApiCreateToken()
  async create(@Caller() caller: AuthenticatedPrincipal, @Body() body: CreateTokenDto): Promise<object> {
    const { name, scopes, expires_in: expiresInSeconds, user: username, cidrs, namespaces, images } = body;
    return presentIssuedToken(
      await this.tokens.create(caller, { name, scopes, expiresInSeconds, username, cidrs, namespaces, images }),
    );
  }

  @Post(':id/rotate')
  @RequireScope('token:write')
  @HttpCode(200)
  @ApiRotateToken()
  async rotate(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('id') id: string,
    @Body() { overlap }: RotateTokenDto,
  ): Promise<object> {
    return presentIssuedToken(await this.tokens.rotate(caller, readId(id), overlap));
  }

  @Delete(':id/previous')
  @RequireScope('token:write')
  @HttpCode(204)
  @ApiRetirePreviousSecret()
  async retirePrevious(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.tokens.retirePrevious(caller, readId(id));
  }

  @Delete(':id')
  @RequireScope('token:delete')
  @HttpCode(204)
  @ApiRevokeToken()
  async revoke(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.tokens.revoke(caller, readId(id));
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { TokensService } from '#domain/auth';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { numberedLinks, one, type RawQuery, readLimit, readPage, setLinks } from '../native.paging.js';
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
  constructor(
    private readonly tokens: TokensService,
    private readonly url: PublicUrl,
  ) {}

  @Get()
  @RequireScope('token:read')
  @ApiListTokens()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object[]> {
    const filter = one(query, 'filter');
    if (filter === undefined) return (await this.tokens.list(caller, one(query, 'user'))).map(presentToken);
    const page = readPage(query);
    const tokens = await this.tokens.listNotable(caller, filter, { page, limit: readLimit(query) });
    setLinks(request, response, this.url.base, numberedLinks(page, tokens));
    return tokens.items.map(presentToken);
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

import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { ApiKeysService } from '#domain/api-keys';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { readId } from '../native.ids.js';
import { Listing, Lists } from '../native.listing.js';
import { presentApiKey, presentIssuedApiKey } from './api-key.presenter.js';
import { CreateApiKeyDto, readScope } from './api-keys.dto.js';
import { ApiCreateApiKey, ApiDeleteApiKey, ApiListApiKeys, ApiShowApiKey } from './api-keys.openapi.js';

/** An API key is a credential, so its scopes are those of tokens. */
@Controller('user/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Get()
  @RequireScope('token:read')
  @ApiListApiKeys()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    return listing.answer(await this.keys.list(caller, listing.slice), presentApiKey);
  }

  @Post()
  @RequireScope('token:write')
  @ApiCreateApiKey()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Body() { name, admin, scopes }: CreateApiKeyDto,
  ): Promise<object> {
    return presentIssuedApiKey(await this.keys.create(caller, { name, admin, scopes: scopes?.map(readScope) }));
  }

  @Get(':id')
  @RequireScope('token:read')
  @ApiShowApiKey()
  async show(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentApiKey(await this.keys.get(caller, readId(id)));
  }

  @Delete(':id')
  @RequireScope('token:delete')
  @HttpCode(204)
  @ApiDeleteApiKey()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.keys.revoke(caller, readId(id));
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { SigningKeysService } from '#domain/signing-keys';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { readId } from '../native.ids.js';
import { Listing, Lists } from '../native.listing.js';
import { presentHotkey } from './hotkey.presenter.js';
import { CreateHotkeyDto } from './hotkeys.dto.js';
import { ApiCreateHotkey, ApiDeleteHotkey, ApiListHotkeys } from './hotkeys.openapi.js';

/** A hotkey is a credential, so its scopes are those of tokens. */
@Controller('user/hotkeys')
export class HotkeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Get()
  @RequireScope('token:read')
  @ApiListHotkeys()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    return listing.answer(await this.keys.list(caller, listing.slice), presentHotkey);
  }

  @Post()
  @RequireScope('token:write')
  @ApiCreateHotkey()
  async create(@Caller() caller: AuthenticatedPrincipal, @Body() body: CreateHotkeyDto): Promise<object> {
    return presentHotkey(await this.keys.create(caller, body));
  }

  @Delete(':id')
  @RequireScope('token:delete')
  @HttpCode(204)
  @ApiDeleteHotkey()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.keys.revoke(caller, readId(id));
  }
}

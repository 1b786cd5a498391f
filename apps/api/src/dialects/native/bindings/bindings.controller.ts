import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { BindingsService } from '#domain/roles';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { readId } from '../native.ids.js';
import { Listing, Lists } from '../native.listing.js';
import { presentBinding } from './binding.presenter.js';
import { CreateBindingDto, UpdateBindingDto } from './bindings.dto.js';
import {
  ApiCreateBinding,
  ApiDeleteBinding,
  ApiListBindings,
  ApiShowBinding,
  ApiUpdateBinding,
} from './bindings.openapi.js';

@Controller('bindings')
export class BindingsController {
  constructor(
    private readonly bindings: BindingsService,
    private readonly url: PublicUrl,
  ) {}

  @Get()
  @RequireScope('role:read')
  @ApiListBindings()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const found = await this.bindings.list(caller, { ...listing.slice, ...readFilters(listing) });
    return listing.answer(found, presentBinding);
  }

  @Post()
  @RequireScope('role:write')
  @ApiCreateBinding()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Body() { expires_at: expiresAt, expires_in: expiresInSeconds, ...body }: CreateBindingDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const binding = await this.bindings.create(caller, { ...body, expiresAt, expiresInSeconds });
    response.location(`${this.url.base}/bindings/${binding.id}`);
    return presentBinding(binding);
  }

  @Get(':id')
  @RequireScope('role:read')
  @ApiShowBinding()
  async show(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentBinding(await this.bindings.get(caller, readId(id)));
  }

  @Patch(':id')
  @RequireScope('role:write')
  @ApiUpdateBinding()
  async update(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('id') id: string,
    @Body() { expires_at: expiresAt, expires_in: expiresInSeconds }: UpdateBindingDto,
  ): Promise<object> {
    return presentBinding(await this.bindings.updateExpiry(caller, readId(id), { expiresAt, expiresInSeconds }));
  }

  @Delete(':id')
  @RequireScope('role:delete')
  @HttpCode(204)
  @ApiDeleteBinding()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.bindings.delete(caller, readId(id));
  }
}

type Filters = Partial<Record<'subject' | 'role' | 'namespace' | 'image', string | undefined>>;

function readFilters(listing: Listing): Filters {
  const names = ['subject', 'role', 'namespace', 'image'] as const;
  return Object.fromEntries(names.map((name) => [name, listing.one(name)]));
}

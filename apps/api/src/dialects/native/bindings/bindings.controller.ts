import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { BindingsService } from '#domain/roles';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { readId } from '../native.ids.js';
import { numberedLinks, one, type RawQuery, readLimit, readPage, setLinks } from '../native.paging.js';
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
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object[]> {
    const page = readPage(query);
    const found = await this.bindings.list(caller, { page, limit: readLimit(query), ...readFilters(query) });
    setLinks(request, response, this.url.base, numberedLinks(page, found));
    return found.items.map(presentBinding);
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

function readFilters(query: RawQuery): Filters {
  const names = ['subject', 'role', 'namespace', 'image'] as const;
  return Object.fromEntries(names.map((name) => [name, one(query, name)]));
}

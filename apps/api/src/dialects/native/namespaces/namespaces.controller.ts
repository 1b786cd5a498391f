import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal, PageQuery, Principal } from '#kernel';
import { NamespacesService, type NamespaceView } from '#domain/namespaces';
import { RequireScope, RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { Listing, Lists } from '../native.listing.js';
import { presentNamespace } from './namespace.presenter.js';
import { CreateNamespaceDto, UpdateNamespaceDto } from './namespaces.dto.js';
import {
  ApiCreateNamespace,
  ApiDeleteNamespace,
  ApiListChildNamespaces,
  ApiListNamespaces,
  ApiShowNamespace,
  ApiUpdateNamespace,
} from './namespaces.openapi.js';

@Controller()
export class NamespacesController {
  constructor(
    private readonly namespaces: NamespacesService,
    private readonly url: PublicUrl,
  ) {}

  @Get('namespaces')
  @RequireScope('namespace:read')
  @ApiListNamespaces()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const found = await this.namespaces.list(caller, readQuery(listing));
    return listing.answer(found, (namespace) => this.present(namespace));
  }

  @Post('namespaces')
  @RequireScope('namespace:write')
  @ApiCreateNamespace()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Body() body: CreateNamespaceDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const created = await this.namespaces.create(caller, body);
    const { base } = this.url;
    response.location(`${base}/n/${created.user.username}/${created.path}`);
    return presentNamespace(created, created.user, base);
  }

  @Get('n/:owner/*path/-/namespaces')
  @RequireScopeUnlessPublic('namespace:read')
  @ApiListChildNamespaces()
  async listChildren(
    @Caller() caller: Principal,
    @Param() { owner, path }: NamespaceParams,
    @Lists() listing: Listing,
  ): Promise<object[]> {
    const found = await this.namespaces.listChildren(caller, owner, joined(path), readQuery(listing));
    return listing.answer(found, (namespace) => this.present(namespace));
  }

  @Get('n/:owner/*path')
  @RequireScopeUnlessPublic('namespace:read')
  @ApiShowNamespace()
  async show(@Caller() caller: Principal, @Param() { owner, path }: NamespaceParams): Promise<object> {
    return this.present(await this.namespaces.get(caller, owner, joined(path)));
  }

  @Patch('n/:owner/*path')
  @RequireScope('namespace:write')
  @ApiUpdateNamespace()
  async update(
    @Caller() caller: Principal,
    @Param() { owner, path }: NamespaceParams,
    @Body() { description, visibility }: UpdateNamespaceDto,
  ): Promise<object> {
    return this.present(await this.namespaces.update(caller, owner, joined(path), { description, visibility }));
  }

  @Delete('n/:owner/*path')
  @RequireScope('namespace:delete')
  @HttpCode(204)
  @ApiDeleteNamespace()
  async delete(@Caller() caller: Principal, @Param() { owner, path }: NamespaceParams): Promise<void> {
    await this.namespaces.delete(caller, owner, joined(path));
  }

  private present(namespace: NamespaceView): object {
    return presentNamespace(namespace, namespace.user, this.url.base);
  }
}

/** The path as the router splits it. */
export interface NamespaceParams {
  readonly owner: string;
  readonly path: readonly string[];
}

export function joined(path: readonly string[]): string {
  return path.join('/');
}

function readQuery(listing: Listing): PageQuery & { search: string | undefined } {
  return { ...listing.slice, search: listing.one('search') };
}

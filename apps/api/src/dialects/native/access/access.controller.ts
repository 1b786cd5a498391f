import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { AccessService } from '#domain/roles';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { numberedLinks, one, type RawQuery, readLimit, readPage, setLinks } from '../native.paging.js';
import { ApiExplainAccess, ApiListImageAccess } from './access.openapi.js';

@Controller()
export class AccessController {
  constructor(
    private readonly access: AccessService,
    private readonly url: PublicUrl,
  ) {}

  @Get('access')
  @RequireScope('role:read')
  @ApiExplainAccess()
  explain(@Caller() caller: AuthenticatedPrincipal, @Query() query: RawQuery): Promise<object> {
    const [user, scope = '', target] = [one(query, 'user'), one(query, 'scope'), one(query, 'target')];
    return this.access.explain(caller, { user, scope, target });
  }

  @Get('images/:image/access')
  @RequireScope('role:read')
  @ApiListImageAccess()
  async listOfImage(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('image') image: string,
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<readonly object[]> {
    const page = readPage(query);
    const found = await this.access.listOfImage(caller, image, { page, limit: readLimit(query) });
    setLinks(request, response, this.url.base, numberedLinks(page, found));
    return found.items;
  }
}

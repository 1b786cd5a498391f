import { Controller, Get, Param, Query } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { AccessService } from '#domain/roles';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { Listing, Lists } from '../native.listing.js';
import { one, type RawQuery } from '../native.paging.js';
import { ApiExplainAccess, ApiListImageAccess } from './access.openapi.js';

@Controller()
export class AccessController {
  constructor(private readonly access: AccessService) {}

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
    @Lists() listing: Listing,
  ): Promise<readonly object[]> {
    const found = await this.access.listOfImage(caller, image, listing.slice);
    return listing.answer(found, (entry) => entry);
  }
}

import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { OperationsService } from '#domain/operations';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { readId } from '../native.ids.js';
import { Listing, Lists } from '../native.listing.js';
import { LogResponse } from './log.response.js';
import { presentOperation } from './operation.presenter.js';
import {
  ApiCancelOperation,
  ApiListOperations,
  ApiReadLog,
  ApiRetryOperation,
  ApiShowOperation,
} from './operations.openapi.js';
import { operationLinks, readOperationQuery } from './operations.query.js';

@Controller('operations')
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    private readonly log: LogResponse,
    private readonly url: PublicUrl,
  ) {}

  @Get()
  @RequireScope('operation:read')
  @ApiListOperations()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const page = await this.operations.list(caller, readOperationQuery(listing.query));
    listing.link(operationLinks(page));
    return page.items.map((operation) => presentOperation(operation, listing.base));
  }

  @Get(':id')
  @RequireScope('operation:read')
  @ApiShowOperation()
  async show(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentOperation(await this.operations.get(caller, readId(id)), this.url.base);
  }

  @Get(':id/logs')
  @RequireScope('operation:read')
  @ApiReadLog()
  async logs(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.log.send(caller, readId(id), request, response);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RequireScope('operation:write')
  @ApiCancelOperation()
  async cancel(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentOperation(await this.operations.cancel(caller, readId(id)), this.url.base);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @RequireScope('operation:write')
  @ApiRetryOperation()
  async retry(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentOperation(await this.operations.retry(caller, readId(id)), this.url.base);
  }
}

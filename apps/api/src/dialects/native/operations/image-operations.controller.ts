import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { ImagesService, parseImageReference } from '#domain/images';
import { OperationsService } from '#domain/operations';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { Listing, Lists } from '../native.listing.js';
import { LogResponse } from './log.response.js';
import { presentOperation } from './operation.presenter.js';
import { ApiListImageOperations, ApiReadImageLog } from './operations.openapi.js';
import { operationLinks, readOperationQuery } from './operations.query.js';

/** The work on one image, by id or by URL-encoded reference. */
@Controller('images/:image')
export class ImageOperationsController {
  constructor(
    private readonly images: ImagesService,
    private readonly operations: OperationsService,
    private readonly log: LogResponse,
  ) {}

  @Get('operations')
  @RequireScope('operation:read')
  @ApiListImageOperations()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('image') reference: string,
    @Lists() listing: Listing,
  ): Promise<object[]> {
    const { filters, ...query } = readOperationQuery(listing.query);
    const { id: imageId } = await this.images.get(caller, parseImageReference(reference));
    const page = await this.operations.list(caller, { ...query, filters: { ...filters, imageId } });
    listing.link(operationLinks(page));
    return page.items.map((operation) => presentOperation(operation, listing.base));
  }

  /** Of what made it. */
  @Get('logs')
  @RequireScope('operation:read')
  @ApiReadImageLog()
  async logs(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('image') reference: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id } = await this.images.get(caller, parseImageReference(reference));
    await this.log.send(caller, await this.operations.getMaker(id), request, response);
  }
}

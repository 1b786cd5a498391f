import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { AuditService } from '#domain/audit';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { sendJson } from '../../../http/json-adapter.js';
import { Listing, Lists } from '../native.listing.js';
import { AuditExport } from './audit.export.js';
import { ApiListAuditEvents } from './audit.openapi.js';
import { presentAuditEvent } from './audit.presenter.js';
import { auditLinks, readAuditQuery } from './audit.query.js';
import { auditType } from './audit-types.js';

@Controller('audit')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly file: AuditExport,
  ) {}

  /** A page, or for an `Accept` or `format` that prefers lines all there is. */
  @Get()
  @RequireScope('audit:read')
  @ApiListAuditEvents()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Lists() listing: Listing,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const [type, query] = [auditType(request), readAuditQuery(listing.query)];
    response.vary('Accept');
    if (type !== 'application/json') return this.file.send(caller, query.filters, type, response);
    const page = await this.audit.list(caller, query);
    listing.link(auditLinks(page));
    sendJson(response, page.items.map(presentAuditEvent));
  }
}

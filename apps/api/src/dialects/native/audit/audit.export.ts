import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { Config } from '#platform/config';
import { type AuditEvent, type AuditFilters, AuditService } from '#domain/audit';
import type { ExportType } from './audit-types.js';
import { CSV_HEADER, toCsvLine } from './audit-csv.js';
import { presentAuditEvent } from './audit.presenter.js';

/** Sends all that matches as lines, a batch of rows at a time and no faster than the client reads. */
@Injectable()
export class AuditExport {
  constructor(
    private readonly audit: AuditService,
    private readonly config: Config,
  ) {}

  /** @throws DomainError `forbidden`, `unavailable`, before anything is sent */
  async send(
    principal: AuthenticatedPrincipal,
    filters: AuditFilters,
    type: ExportType,
    response: Response,
  ): Promise<void> {
    const batches = this.audit.export(principal, filters)[Symbol.asyncIterator]();
    const first = await batches.next(); // what cannot be read fails here, while it can still be told
    response.setHeader('Content-Type', type === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : type);
    response.setHeader('Content-Disposition', `attachment; filename="audit.${type === 'text/csv' ? 'csv' : 'ndjson'}"`);
    if (response.req.method === 'HEAD') {
      response.end();
      return;
    }
    response.setTimeout(this.config.idleTimeoutMs, () => response.destroy()); // a reader that stopped reading
    try {
      await pipeline(Readable.from(lines(first, batches, type), { highWaterMark: 1 }), response);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** A text for each batch. */
async function* lines(
  first: IteratorResult<readonly AuditEvent[]>,
  rest: AsyncIterator<readonly AuditEvent[]>,
  type: ExportType,
): AsyncGenerator<string> {
  const toLine = type === 'text/csv' ? toCsvLine : toJsonLine;
  if (type === 'text/csv') yield CSV_HEADER;
  for (let batch = first; batch.done !== true; batch = await rest.next()) yield batch.value.map(toLine).join('');
}

function toJsonLine(event: AuditEvent): string {
  return `${JSON.stringify(presentAuditEvent(event))}\n`;
}

/** The client went away before the end. */
function isGone(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

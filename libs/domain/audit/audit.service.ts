import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, mayEverywhere, type Page } from '#kernel';
import type { AuditEvent } from './audit-event.js';
import { type AuditFilters, type AuditQuery, type AuditSlice, positionOf } from './audit-query.js';
import { AuditRepository } from './audit.repository.js';

/** Rows that an export reads at a time, and so the most of it that is in memory. */
const BATCH = 500;

/** Reading the trail: who did what, when and from where. */
@Injectable()
export class AuditService {
  constructor(private readonly rows: AuditRepository) {}

  /** Newest first. @throws DomainError `forbidden` unless the caller's roles grant `audit:read` everywhere */
  async list(principal: AuthenticatedPrincipal, { filters, slice, limit }: AuditQuery): Promise<Page<AuditEvent>> {
    assertMayRead(principal);
    const rows = await this.rows.list({ filters, slice, limit: limit + 1 });
    const more = rows.length > limit;
    // The surplus row stands on the far side: first where the page was read backwards.
    if (slice.kind === 'before') return { items: more ? rows.slice(1) : rows, hasPrevious: more, hasNext: true };
    return { items: rows.slice(0, limit), hasPrevious: slice.kind === 'after', hasNext: more };
  }

  /**
   * Everything that matches, newest first, in batches that are read as they are taken. What is noted meanwhile is not in
   * it. @throws DomainError `forbidden`, before anything is read
   */
  export(principal: AuthenticatedPrincipal, filters: AuditFilters): AsyncIterable<readonly AuditEvent[]> {
    assertMayRead(principal);
    return this.batches(filters);
  }

  private async *batches(filters: AuditFilters): AsyncGenerator<readonly AuditEvent[]> {
    let slice: AuditSlice = { kind: 'first' };
    for (;;) {
      const events = await this.rows.list({ filters, slice, limit: BATCH });
      if (events.length > 0) yield events;
      const last = events.at(-1);
      if (!last || events.length < BATCH) return;
      slice = { kind: 'after', position: positionOf(last) };
    }
  }
}

function assertMayRead(principal: AuthenticatedPrincipal): void {
  if (mayEverywhere(principal, 'audit:read')) return;
  throw new DomainError('forbidden', 'Only a role that grants audit:read everywhere lets one read the audit trail');
}

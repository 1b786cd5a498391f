import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { Database } from '#platform/database';
import type { AuditEntry } from './audit-event.js';
import { auditOrigin } from './audit-origin.js';
import { AuditRepository, type NewAuditRow } from './audit.repository.js';
import { RefusalQueue } from './refusal-queue.js';

/** A worker that does what a user asked for some time ago. */
export interface AuditedWorker {
  readonly kind: 'worker';
  readonly userId: number;
  readonly username: string;
}

/** Who acts: a caller, a worker for one, or the installation itself, as at its first start. */
export type AuditActor = Principal | AuditedWorker | 'system';

/** Writes down who did what, and who was refused what. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly rows: AuditRepository,
    private readonly refusals: RefusalQueue,
    private readonly database: Database,
  ) {}

  /** As `Database.transaction`, for a change and its record: both happen, or neither. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /**
   * Notes what is done, in the transaction of the change: call it inside. Address and request id are the current
   * request's. One row, and no lock that another request could wait for.
   */
  async record(actor: AuditActor, entry: AuditEntry): Promise<void> {
    await this.rows.insert([toRow(actor, entry, 'allowed')]);
  }

  /** Notes a refusal, a moment later: nobody waits for it, and it never fails. */
  recordRefusal(actor: Principal, entry: AuditEntry): void {
    this.refusals.add(toRow(actor, entry, 'refused'));
  }
}

const MAX_TARGET = 512;

function toRow(actor: AuditActor, entry: AuditEntry, outcome: NewAuditRow['outcome']): NewAuditRow {
  const { action, target, before, after, reason } = entry;
  const { address, requestId } = auditOrigin();
  const user = typeof actor === 'object' && actor.kind !== 'anonymous' ? actor : undefined;
  return {
    actor_id: user?.userId ?? null,
    actor: actor === 'system' ? actor : (user?.username ?? null),
    token_id: (user?.kind === 'user' && user.tokenId) || null, // who is not asking has no token
    address,
    action,
    target_kind: target.kind,
    target_id: target.id ?? null,
    target: [...target.name].slice(0, MAX_TARGET).join(''),
    outcome,
    reason: reason ?? null,
    request_id: requestId,
    before: before ?? null,
    after: after ?? null,
  };
}

import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { type AuditTarget, AuditTrail } from '#domain/audit';
import { type Arrival, QuotaLedger } from '#domain/quotas';
import type { Receiver } from './transfers.repository.js';

/** One change of owner. */
export interface Handed {
  readonly target: AuditTarget;
  /** Username of whose it was. */
  readonly from: string;
  readonly to: Receiver;
  readonly arrival: Arrival;
}

/** What every transfer ends with, in its transaction: the receiver's quota allows it, and it is on record. */
@Injectable()
export class Handover {
  constructor(
    private readonly quotas: QuotaLedger,
    private readonly audit: AuditTrail,
  ) {}

  /** As `Database.transaction`. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.audit.transaction(work);
  }

  /** Once the rows say who owns it. @throws DomainError `quota_exceeded` */
  async complete(principal: AuthenticatedPrincipal, { target, from, to, arrival }: Handed): Promise<void> {
    await this.quotas.assertArrived({ accountId: to.id }, arrival);
    await this.audit.record(principal, {
      action: `${target.kind}.transfer`,
      target,
      before: { owner: from },
      after: { owner: to.username },
    });
  }
}

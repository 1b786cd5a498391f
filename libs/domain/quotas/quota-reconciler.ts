import { Injectable, Logger } from '@nestjs/common';
import { QuotaLedgerRepository, type UnfoundedReservation } from './quota-ledger.repository.js';
import { type Overdrawn, QuotasRepository } from './quotas.repository.js';

/** What cannot be; both empty, always. */
export interface QuotaDrift {
  /** Reservations of processes that are gone. They don't count any more, but somebody should have undone them. */
  readonly unfounded: readonly UnfoundedReservation[];
  /** Subjects above a limit with more than they held when it was set. */
  readonly overdrawn: readonly Overdrawn[];
}

/** As there are no counters, nothing can drift from the rows; this proves that the rows themselves keep the rules. */
@Injectable()
export class QuotaReconciler {
  private readonly logger = new Logger(QuotaReconciler.name);

  constructor(
    private readonly entries: QuotaLedgerRepository,
    private readonly quotas: QuotasRepository,
  ) {}

  /** Logs what it finds, an error each, and returns it. Changes nothing. */
  async reconcile(): Promise<QuotaDrift> {
    const unfounded = await this.entries.listUnfounded();
    const overdrawn = await this.quotas.listOverdrawn();
    for (const reservation of unfounded) this.logger.error(reservation, 'a reservation has no live upload');
    for (const subject of overdrawn) this.logger.error(subject, 'a quota is overdrawn');
    return { unfounded, overdrawn };
  }
}

import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { AuditRepository, type NewAuditRow } from './audit.repository.js';

/** Rows that may wait at most; more come only where somebody floods the server with refused requests. */
const MAX_WAITING = 10_000;

/**
 * Refusals on their way to the database, one statement at a time: what comes while one is under way goes along with the
 * next. However many requests are refused, they take one connection, and none waits for its row.
 */
@Injectable()
export class RefusalQueue implements BeforeApplicationShutdown {
  private readonly logger = new Logger(RefusalQueue.name);
  private waiting: NewAuditRow[] = [];
  private writing: Promise<void> | undefined;
  private dropped = 0;

  constructor(private readonly rows: AuditRepository) {}

  /** Never throws. What cannot be written is in the log, in number. */
  add(row: NewAuditRow): void {
    if (this.waiting.length >= MAX_WAITING) this.dropped += 1;
    else this.waiting.push(row);
    this.writing ??= this.writeAll();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const rows = this.waiting;
      this.waiting = [];
      try {
        await this.rows.insert(rows);
      } catch (error) {
        this.logger.error({ err: error, refusals: rows.length }, 'refusals are missing in the audit trail');
      }
    }
    if (this.dropped > 0)
      this.logger.error({ refusals: this.dropped }, 'too many refusals at once for the audit trail');
    this.dropped = 0;
    this.writing = undefined;
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { Config } from '#platform/config';
import { HourlyTask, HourlyWork } from '#platform/jobs';
import { AuditPartitionsRepository } from './audit-partitions.repository.js';

/** Months made before they begin: that long may every process be down before a row finds no month of its own. */
const MONTHS_AHEAD = 1;

/** Makes the trail's months ahead and drops those past retention: at start and every hour, in any number of processes. */
@Injectable()
export class AuditPartitionsKeeper {
  private readonly logger = new Logger(AuditPartitionsKeeper.name);
  private readonly keeping: HourlyTask;

  constructor(
    private readonly partitions: AuditPartitionsRepository,
    private readonly config: Config,
    hourly: HourlyWork,
  ) {
    this.keeping = hourly.add('keep the months of the audit trail', () => this.keepMonths());
  }

  /** Never throws: rows without a month of their own are kept all the same, and what is too old goes an hour later. */
  keep(): Promise<void> {
    return this.keeping.run();
  }

  private async keepMonths(): Promise<void> {
    if (await this.isInOrder()) return;
    await this.partitions.alone(async () => {
      await this.makeMonths();
      for (const name of await this.expired()) {
        await this.partitions.drop(name);
        this.logger.log({ partition: name }, 'dropped a month of the audit trail that is past its retention');
      }
    });
  }

  /** Looks before it locks: almost always there is nothing to do. */
  private async isInOrder(): Promise<boolean> {
    const { partitions } = this;
    if ((await partitions.missing(MONTHS_AHEAD)).length > 0 || (await partitions.hasStrays())) return false;
    return (await this.expired()).length === 0;
  }

  private async makeMonths(): Promise<void> {
    if (await this.partitions.hasStrays()) await this.partitions.sortInStrays();
    for (const month of await this.partitions.missing(MONTHS_AHEAD)) await this.partitions.add(month);
  }

  private async expired(): Promise<string[]> {
    const months = this.config.auditRetentionMonths;
    return months === 0 ? [] : this.partitions.expired(months);
  }
}

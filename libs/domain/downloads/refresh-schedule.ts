import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { Database } from '#platform/database';
import { maskUrl } from '#platform/outbound';
import { OperationsService } from '#domain/operations';
import { DownloadSourcesRepository } from './download-sources.repository.js';

/** Checks that are begun in one transaction. */
const AT_ONCE = 20;

/** Of one image's checks so many stay to be looked at. */
const KEPT_CHECKS = 10;

/** Begins the checks that are due, in whichever process looks first. */
@Injectable()
export class RefreshSchedule {
  constructor(
    private readonly sources: DownloadSourcesRepository,
    private readonly operations: OperationsService,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** Each with the removal of checks of the same image that are too old to matter. */
  async beginDue(): Promise<void> {
    while ((await this.database.transaction(() => this.beginSome())) === AT_ONCE);
  }

  private async beginSome(): Promise<number> {
    const due = await this.sources.claimDue(AT_ONCE);
    for (const { imageId, authorId, url } of due) {
      await this.operations.forget('refresh', imageId, KEPT_CHECKS - 1);
      const input = { source: maskUrl(url) };
      const maxAttempts = this.config.operationAttempts;
      await this.operations.enqueue({ kind: 'refresh', imageId, authorId, input, maxAttempts });
    }
    return due.length;
  }
}

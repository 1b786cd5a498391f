import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { HourlyTask, HourlyWork } from '#platform/jobs';
import { SharedBlobs } from '#domain/images';
import { DerivedBlobsRepository } from './derived-blobs.repository.js';

/** Whoever asked for one has time to fetch it, whatever the limits are. */
const GRACE_SECONDS = 3_600;

/** Keeps derived blobs within their limits of age and size: at start, every hour, and whenever one is made. */
@Injectable()
export class DerivedBlobsKeeper {
  private readonly eviction: HourlyTask;

  constructor(
    private readonly derived: DerivedBlobsRepository,
    private readonly blobs: SharedBlobs,
    private readonly config: Config,
    hourly: HourlyWork,
  ) {
    this.eviction = hourly.add('evict converted files', () => this.evictSome());
  }

  /** Never throws. Who is reading one reads on: its file is open, and goes when the last reader has closed it. */
  evict(): Promise<void> {
    return this.eviction.run();
  }

  private async evictSome(): Promise<void> {
    const { derivedMaxAgeDays: maxAgeDays, derivedMaxBytes: maxBytes } = this.config;
    const keys = await this.derived.evict({ maxAgeDays, maxBytes, graceSeconds: GRACE_SECONDS });
    for (const key of keys) await this.blobs.purge(key);
  }
}

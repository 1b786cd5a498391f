import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '#platform/config';
import { SharedBlobs } from '#domain/images';
import { DerivedBlobsRepository } from './derived-blobs.repository.js';

const EVERY_MS = 3_600_000;

/** Whoever asked for one has time to fetch it, whatever the limits are. */
const GRACE_SECONDS = 3_600;

/** Keeps derived blobs within their limits of age and size: at start, every hour, and whenever one is made. */
@Injectable()
export class DerivedBlobsKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DerivedBlobsKeeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly derived: DerivedBlobsRepository,
    private readonly blobs: SharedBlobs,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.evict();
    this.timer = setInterval(() => void this.evict(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never throws. Who is reading one reads on: its file is open, and goes when the last reader has closed it. */
  async evict(): Promise<void> {
    try {
      const { derivedMaxAgeDays: maxAgeDays, derivedMaxBytes: maxBytes } = this.config;
      const keys = await this.derived.evict({ maxAgeDays, maxBytes, graceSeconds: GRACE_SECONDS });
      for (const key of keys) await this.blobs.purge(key);
    } catch (error) {
      this.logger.error({ err: error }, 'converted files could not be evicted; it is tried again in an hour');
    }
  }
}

import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { QuotaReconciler } from '#domain/quotas';
import { ImageArtefactsRepository } from './image-artefacts.repository.js';
import { SharedBlobs } from './shared-blobs.js';
import { UploadSettler } from './upload-settler.js';

const EVERY_MS = 3_600_000;

/** Frees what crashes left behind, and looks whether quotas hold: at start and every hour. */
@Injectable()
export class LeftoversSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LeftoversSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly settler: UploadSettler,
    private readonly blobs: SharedBlobs,
    private readonly artefacts: ImageArtefactsRepository,
    private readonly quotas: QuotaReconciler,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never throws: what cannot be freed now is tried again the next time. */
  async sweep(): Promise<void> {
    try {
      const uploads = await this.settler.sweep();
      await this.artefacts.deleteStale();
      await this.blobs.purgeAll();
      await this.quotas.reconcile();
      if (uploads > 0) this.logger.log({ uploads }, 'undid uploads that never ended');
    } catch (error) {
      this.logger.error({ err: error }, 'the sweep for leftovers failed; it is tried again in an hour');
    }
  }
}

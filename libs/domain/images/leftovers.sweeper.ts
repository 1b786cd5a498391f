import { Injectable, Logger } from '@nestjs/common';
import { HourlyWork } from '#platform/jobs';
import { QuotaReconciler } from '#domain/quotas';
import { ImageArtefactsRepository } from './image-artefacts.repository.js';
import { SharedBlobs } from './shared-blobs.js';
import { UploadSettler } from './upload-settler.js';

/** Frees what crashes left behind, and looks whether quotas hold: at start and every hour. */
@Injectable()
export class LeftoversSweeper {
  private readonly logger = new Logger(LeftoversSweeper.name);

  constructor(
    private readonly settler: UploadSettler,
    private readonly blobs: SharedBlobs,
    private readonly artefacts: ImageArtefactsRepository,
    private readonly quotas: QuotaReconciler,
    hourly: HourlyWork,
  ) {
    hourly.add('free leftovers and look at quotas', () => this.sweep());
  }

  private async sweep(): Promise<void> {
    const uploads = await this.settler.sweep();
    await this.artefacts.deleteStale();
    await this.blobs.purgeAll();
    await this.quotas.reconcile();
    if (uploads > 0) this.logger.log({ uploads }, 'undid uploads that never ended');
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OperationHandler, OperationHandlers, type OperationStatus, type Work } from '#domain/operations';
import { DownloadSourcesRepository } from './download-sources.repository.js';
import { fromDownload, scheduleEnded } from './downloads.errors.js';
import { RefreshedImages } from './refreshed-images.js';
import { RefreshSchedule } from './refresh-schedule.js';
import { SourceCheck } from './source-check.js';

/** Looks whether the source of a downloaded image has something new, and makes an image of that. Its own image stays as it is. */
@Injectable()
export class RefreshHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'refresh';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly sources: DownloadSourcesRepository,
    private readonly check: SourceCheck,
    private readonly images: RefreshedImages,
    private readonly schedule: RefreshSchedule,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    const { imageId, input } = work.operation;
    const source = await this.sources.find(imageId);
    if (!source?.isScheduled) throw scheduleEnded();
    const place = await this.images.findPlace(source, imageId);
    work.log.write(`Asking ${input.source ?? ''}`);
    try {
      const { version, isNew } = await this.check.run(work, source);
      if (isNew) await this.images.make(work, source, place, version);
      else await work.succeed(() => this.sources.noteSame(imageId, version, 'not modified'));
    } catch (error) {
      throw fromDownload(error);
    }
  }

  /** A schedule goes on after a check that came to nothing. */
  async moved(imageId: number, status: Exclude<OperationStatus, 'succeeded'>, reason: string | null): Promise<void> {
    if (status === 'failed' || status === 'cancelled') await this.sources.noteFailed(imageId, reason ?? status);
  }

  override keep(): Promise<void> {
    return this.schedule.beginDue();
  }
}

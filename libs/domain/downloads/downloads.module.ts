import { Module } from '@nestjs/common';
import { OutboundModule } from '#platform/outbound';
import { ConversionsModule } from '#domain/conversions';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { UsersModule } from '#domain/users';
import { DownloadFiller } from './download-filler.js';
import { DownloadHandler } from './download.handler.js';
import { DownloadOpener } from './download-opener.js';
import { DownloadSourcesRepository } from './download-sources.repository.js';
import { DownloadsService } from './downloads.service.js';
import { PendingDownloads } from './pending-downloads.js';
import { RefreshedImages } from './refreshed-images.js';
import { RefreshHandler } from './refresh.handler.js';
import { RefreshSchedule } from './refresh-schedule.js';
import { SourceCheck } from './source-check.js';

@Module({
  imports: [ConversionsModule, ImagesModule, OperationsModule, OutboundModule, UsersModule],
  providers: [
    DownloadFiller,
    DownloadHandler,
    DownloadOpener,
    DownloadSourcesRepository,
    DownloadsService,
    PendingDownloads,
    RefreshedImages,
    RefreshHandler,
    RefreshSchedule,
    SourceCheck,
  ],
  exports: [DownloadsService],
})
export class DownloadsModule {}

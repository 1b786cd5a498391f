import { Module } from '@nestjs/common';
import { OutboundModule } from '#platform/outbound';
import { ConversionsModule } from '#domain/conversions';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { DownloadFiller } from './download-filler.js';
import { DownloadHandler } from './download.handler.js';
import { DownloadsService } from './downloads.service.js';

@Module({
  imports: [ConversionsModule, ImagesModule, OperationsModule, OutboundModule],
  providers: [DownloadFiller, DownloadHandler, DownloadsService],
  exports: [DownloadsService],
})
export class DownloadsModule {}

import { Module } from '@nestjs/common';
import { OutboundModule } from '#platform/outbound';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { DownloadHandler } from './download.handler.js';
import { DownloadsService } from './downloads.service.js';

@Module({
  imports: [ImagesModule, OperationsModule, OutboundModule],
  providers: [DownloadHandler, DownloadsService],
  exports: [DownloadsService],
})
export class DownloadsModule {}

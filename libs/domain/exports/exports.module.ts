import { Module } from '@nestjs/common';
import { AuditModule } from '#domain/audit';
import { ConversionsModule } from '#domain/conversions';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { DerivedBlobMaker } from './derived-blob.maker.js';
import { DerivedBlobsKeeper } from './derived-blobs.keeper.js';
import { DerivedBlobsRepository } from './derived-blobs.repository.js';
import { ExportHandler } from './export.handler.js';
import { ExportsService } from './exports.service.js';

/** Needs a BlobStore, which the process provides. */
@Module({
  imports: [AuditModule, ConversionsModule, ImagesModule, OperationsModule],
  providers: [DerivedBlobMaker, DerivedBlobsKeeper, DerivedBlobsRepository, ExportHandler, ExportsService],
  exports: [ExportsService],
})
export class ExportsModule {}

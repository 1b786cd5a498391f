import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { NamespacesModule } from '#domain/namespaces';
import { QuotasModule } from '#domain/quotas';
import { Admission } from './admission.js';
import { Blob } from './blob.entity.js';
import { BlobsRepository } from './blobs.repository.js';
import { ImageArtefactsRepository } from './image-artefacts.repository.js';
import { ImageArtefactsService } from './image-artefacts.service.js';
import { ImageEditingService } from './image-editing.service.js';
import { ImageFillingService } from './image-filling.service.js';
import { ImagePushService } from './image-push.service.js';
import { ImageRegistrar } from './image-registrar.js';
import { ImageSourcesRepository } from './image-sources.repository.js';
import { ImageSourcesService } from './image-sources.service.js';
import { Image } from './image.entity.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesService } from './images.service.js';
import { LeftoversSweeper } from './leftovers.sweeper.js';
import { PendingImagesService } from './pending-images.service.js';
import { PushReserver } from './push-reserver.js';
import { ReferenceReserver } from './reference-reserver.js';
import { SharedBlobs } from './shared-blobs.js';
import { UploadReceiver } from './upload-receiver.js';
import { UploadReservations } from './upload-reservations.js';
import { UploadSettler } from './upload-settler.js';
import { Upload } from './upload.entity.js';
import { UploadsRepository } from './uploads.repository.js';

/** Needs a BlobStore, which the process provides. */
@Module({
  imports: [TypeOrmModule.forFeature([Image, Blob, Upload]), AuditModule, NamespacesModule, QuotasModule],
  providers: [
    Admission,
    BlobsRepository,
    ImageArtefactsRepository,
    ImageArtefactsService,
    ImageEditingService,
    ImageFillingService,
    ImagePushService,
    ImageRegistrar,
    ImageSourcesRepository,
    ImageSourcesService,
    ImagesRepository,
    ImagesService,
    LeftoversSweeper,
    PendingImagesService,
    PushReserver,
    ReferenceReserver,
    SharedBlobs,
    UploadReceiver,
    UploadReservations,
    UploadSettler,
    UploadsRepository,
  ],
  exports: [
    ImagesService,
    ImageArtefactsService,
    ImageEditingService,
    ImageFillingService,
    ImagePushService,
    ImageSourcesService,
    PendingImagesService,
    SharedBlobs,
  ],
})
export class ImagesModule {}

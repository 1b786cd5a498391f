import { Module } from '@nestjs/common';
import { BuildsModule } from '#domain/builds';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { ChutesDescription } from './description/chutes-description.js';
import { ChutesDescriptionController } from './description/description.controller.js';
import { ChutesCredentialsModule } from './chutes-credentials.module.js';
import { ChutesErrors } from './chutes.errors.js';
import { BuildIntake } from './images/build-intake.js';
import { ImageCatalogue } from './images/image-catalogue.js';
import { ImageListResponse } from './images/image-list.response.js';
import { ImageLogResponse } from './images/image-log.response.js';
import { ChutesImagesController } from './images/images.controller.js';

/** The Chutes images API, below `/chutes`; its clients are also heard at `/images` (see chutes.routing.ts). */
@Module({
  imports: [BuildsModule, ChutesCredentialsModule, ImagesModule, OperationsModule],
  controllers: [ChutesImagesController, ChutesDescriptionController],
  providers: [BuildIntake, ChutesDescription, ChutesErrors, ImageCatalogue, ImageListResponse, ImageLogResponse],
  exports: [ChutesErrors],
})
export class ChutesModule {}

import { Module } from '@nestjs/common';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { BuildsRepository } from './builds.repository.js';
import { BuildsService } from './builds.service.js';

/** Images from Dockerfiles. */
@Module({
  imports: [ImagesModule, OperationsModule],
  providers: [BuildsRepository, BuildsService],
  exports: [BuildsService],
})
export class BuildsModule {}

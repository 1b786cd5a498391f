import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { BuildContexts } from '#platform/build-context';
import { Config } from '#platform/config';
import { Decompressor } from '#platform/decompression';
import { BuildahImageBuilder, ImageBuilder } from '#platform/image-builder';
import { Enclosure } from '#platform/sandbox';
import { BootTestsModule } from '#domain/boot-tests';
import { ConversionsModule } from '#domain/conversions';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { UsersModule } from '#domain/users';
import { BuildBases } from './build-bases.js';
import { BuildHandler } from './build.handler.js';
import { BuildMaterials } from './build-materials.js';
import { BuildQueue } from './build-queue.js';
import { BuildRecipes } from './build-recipes.js';
import { BuildRunner } from './build-runner.js';
import { BuildsRepository } from './builds.repository.js';
import { BuildsService } from './builds.service.js';
import { BuiltImageKeeper } from './built-image.keeper.js';
import { SentContext } from './sent-context.js';

function imageBuilder({ sandbox, dataDir, buildCacheBytes, buildToolsDir }: Config): ImageBuilder {
  return new BuildahImageBuilder({
    enclosure: new Enclosure(sandbox),
    cacheDir: join(dataDir, 'builds'),
    cacheMaxBytes: buildCacheBytes,
    toolsDir: buildToolsDir,
  });
}

/** Images from Dockerfiles. */
@Module({
  imports: [BootTestsModule, ConversionsModule, ImagesModule, OperationsModule, UsersModule],
  providers: [
    { provide: BuildContexts, inject: [Decompressor], useFactory: (unpack: Decompressor) => new BuildContexts(unpack) },
    { provide: ImageBuilder, inject: [Config], useFactory: imageBuilder },
    BuildBases,
    BuildHandler,
    BuildMaterials,
    BuildQueue,
    BuildRecipes,
    BuildRunner,
    BuildsRepository,
    BuildsService,
    BuiltImageKeeper,
    SentContext,
  ],
  exports: [BuildRecipes, BuildsService],
})
export class BuildsModule {}

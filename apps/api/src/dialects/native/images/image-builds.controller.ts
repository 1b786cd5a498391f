import { Controller, Get, Param } from '@nestjs/common';
import type { Principal } from '#kernel';
import { BuildRecipes } from '#domain/builds';
import { parseImageReference } from '#domain/images';
import { RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { presentBuild } from './image-build.presenter.js';
import type { ImageBuildAnswer } from './image-build.schema.js';
import { ApiShowImageBuild } from './image-builds.openapi.js';

/** What images were built of. */
@Controller('images/:image/build')
export class ImageBuildsController {
  constructor(private readonly builds: BuildRecipes) {}

  @Get()
  @RequireScopeUnlessPublic('image:read')
  @ApiShowImageBuild()
  async show(@Caller() caller: Principal, @Param('image') image: string): Promise<ImageBuildAnswer> {
    const { imageId, build } = await this.builds.get(caller, parseImageReference(image));
    return presentBuild(imageId, build);
  }
}

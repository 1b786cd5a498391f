import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal, Principal } from '#kernel';
import { RequireScope, RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { KnowsCallersBy } from '../../../http/access/credentials.js';
import { ChutesCredentials } from '../chutes.credentials.js';
import { BuildIntake } from './build-intake.js';
import { ImageCatalogue } from './image-catalogue.js';
import { type ImagePath, readAskedImage, readImageId } from './image-key.js';
import { readImageList } from './image-list.query.js';
import { ImageListResponse } from './image-list.response.js';
import { ImageLogResponse } from './image-log.response.js';
import { ApiBuildImage, ApiDeleteImage, ApiListImages, ApiReadLog, ApiShowImage } from './images.openapi.js';
import { idOf, presentImage } from './image.presenter.js';

/** The order of routes matters: `/logs` stands before the paths of images, which may have slashes. */
@Controller('chutes/images')
@KnowsCallersBy(ChutesCredentials)
export class ChutesImagesController {
  constructor(
    private readonly catalogue: ImageCatalogue,
    private readonly lists: ImageListResponse,
    private readonly intake: BuildIntake,
    private readonly log: ImageLogResponse,
  ) {}

  @Get(':id/logs')
  @RequireScopeUnlessPublic('image:read')
  @ApiReadLog()
  async logs(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.log.send(caller, readImageId(id), { request, response });
  }

  @Get()
  @RequireScope('image:read')
  @ApiListImages()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.lists.send(caller, readImageList(request), response);
  }

  @Get('*path')
  @RequireScope('image:read')
  @ApiShowImage()
  async show(@Caller() caller: AuthenticatedPrincipal, @Param() { path }: ImagePath): Promise<object> {
    const image = await this.catalogue.get(caller, readAskedImage(caller, path));
    return presentImage(await this.catalogue.describeOne(image));
  }

  @Delete('*path')
  @RequireScope('image:delete')
  @ApiDeleteImage()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param() { path }: ImagePath): Promise<object> {
    const image = await this.catalogue.delete(caller, readAskedImage(caller, path));
    return { image_id: idOf(image), deleted: true };
  }

  @Post()
  @HttpCode(202)
  @RequireScope('image:build')
  @ApiBuildImage()
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const image = await this.intake.receive(caller, request, response);
    return presentImage(await this.catalogue.describeOne(image));
  }
}

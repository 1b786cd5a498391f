import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal, Principal } from '#kernel';
import { readExportFormat } from '#domain/conversions';
import { ImageEditingService, ImagesService, parseImageReference } from '#domain/images';
import { RequireScope, RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { sendJson } from '../../../http/json-adapter.js';
import { PublicUrl } from '../../../http/public-url.js';
import { one, type RawQuery } from '../native.paging.js';
import { ImageExportResponse } from './image-export.response.js';
import { ImageFileResponse } from './image-file.response.js';
import { preferredFileType, preferredType } from './image-types.js';
import { presentImage } from './image.presenter.js';
import { UpdateImageDto } from './images.dto.js';
import { ApiDeleteImage, ApiSendImageFile, ApiShowImage, ApiUpdateImage } from './images.openapi.js';

/** One image, by id or by URL-encoded reference. */
@Controller('images/:image')
export class ImagesController {
  constructor(
    private readonly images: ImagesService,
    private readonly edits: ImageEditingService,
    private readonly file: ImageFileResponse,
    private readonly exports: ImageExportResponse,
    private readonly url: PublicUrl,
  ) {}

  /** JSON, or the file for an `Accept` that prefers it. */
  @Get()
  @RequireScopeUnlessPublic('image:read')
  @ApiShowImage()
  async show(
    @Caller() caller: Principal,
    @Param('image') image: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const type = preferredType(request);
    response.vary('Accept');
    if (type !== 'application/json') await this.sendFile(caller, image, request, response);
    else sendJson(response, presentImage(await this.images.get(caller, parseImageReference(image)), this.url.base));
  }

  @Get('file')
  @RequireScopeUnlessPublic('image:read')
  @ApiSendImageFile()
  async sendFile(
    @Caller() caller: Principal,
    @Param('image') image: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    response.vary('Accept');
    const readable = await this.images.getReadable(caller, parseImageReference(image));
    const format = readExportFormat(one(request.query as RawQuery, 'format'));
    if (format) await this.exports.send(caller, readable, format, request, response);
    else
      await this.file.send(
        caller,
        readable,
        { type: preferredFileType(request), extension: 'qcow2' },
        request,
        response,
      );
  }

  @Patch()
  @RequireScope('image:write')
  @ApiUpdateImage()
  async update(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('image') image: string,
    @Body() body: UpdateImageDto,
  ): Promise<object> {
    return presentImage(await this.edits.update(caller, parseImageReference(image), body), this.url.base);
  }

  @Delete()
  @RequireScope('image:delete')
  @HttpCode(204)
  @ApiDeleteImage()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('image') image: string): Promise<void> {
    await this.images.delete(caller, parseImageReference(image));
  }
}

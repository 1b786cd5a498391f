import { Controller, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { DownloadsService } from '#domain/downloads';
import { ImagesService } from '#domain/images';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { presentImage } from './image.presenter.js';
import { ApiPushImage } from './image-pushes.openapi.js';
import { readDownload } from './image-download.reader.js';
import { ImageIntake } from './image-intake.js';
import { mediaType } from './image-upload.reader.js';

@Controller('images')
export class ImagePushesController {
  constructor(
    private readonly intake: ImageIntake,
    private readonly downloads: DownloadsService,
    private readonly images: ImagesService,
    private readonly url: PublicUrl,
  ) {}

  @Post()
  @RequireScope('image:write')
  @ApiPushImage()
  async push(
    @Caller() caller: AuthenticatedPrincipal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const id =
      mediaType(request) === 'application/json'
        ? await this.downloads.create(caller, readDownload(request.body))
        : await this.intake.receive(caller, request, response);
    response.location(`${this.url.base}/images/${id}`);
    return presentImage(await this.images.get(caller, { kind: 'id', id }), this.url.base);
  }
}

import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { ConversionsService } from '#domain/conversions';
import { ImagePushService } from '#domain/images';
import { PublicUrl } from '../../../http/public-url.js';
import { monitorLink } from '../operations/monitor-link.js';
import { ImageUploadReader } from './image-upload.reader.js';

/** Takes the bytes of a push, whatever they are. */
@Injectable()
export class ImageIntake {
  constructor(
    private readonly uploads: ImageUploadReader,
    private readonly pushes: ImagePushService,
    private readonly conversions: ConversionsService,
    private readonly url: PublicUrl,
  ) {}

  /** The id of an image that is whole; or of one that is to be converted: then the answer is 202, with a link to the work. */
  async receive(caller: AuthenticatedPrincipal, request: Request, response: Response): Promise<number> {
    const { input, disk, body } = await this.uploads.read(request, response);
    if (!disk) return this.pushes.push(caller, input, body);
    const { imageId, operationId } = await this.conversions.push(caller, input, disk, body);
    response.status(202).setHeader('Link', monitorLink(this.url.base, operationId));
    return imageId;
  }
}

import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { BuildsService, type StartedBuild } from '#domain/builds';
import { ConversionsService } from '#domain/conversions';
import { ImagePushService } from '#domain/images';
import { requireScope } from '../../../http/access/require-scope.js';
import { PublicUrl } from '../../../http/public-url.js';
import { monitorLink } from '../operations/monitor-link.js';
import { type BuildUpload, ImageUploadReader } from './image-upload.reader.js';

/** Takes what a push sends: the bytes of an image, whatever they are, or what one is to be built of. */
@Injectable()
export class ImageIntake {
  constructor(
    private readonly uploads: ImageUploadReader,
    private readonly pushes: ImagePushService,
    private readonly conversions: ConversionsService,
    private readonly builds: BuildsService,
    private readonly url: PublicUrl,
  ) {}

  /** The id of an image that is whole; or of one that an operation is to make: then the answer is 202, with a link to the work. */
  async receive(caller: AuthenticatedPrincipal, request: Request, response: Response): Promise<number> {
    const upload = await this.uploads.read(request, response);
    if ('build' in upload) return this.promise(response, await this.startBuild(caller, upload, response));
    const { input, disk, body } = upload;
    if (!disk) return this.pushes.push(caller, input, body);
    return this.promise(response, await this.conversions.push(caller, input, disk, body));
  }

  /** A build takes more than the scope that the route asks for. */
  private startBuild(caller: AuthenticatedPrincipal, upload: BuildUpload, response: Response): Promise<StartedBuild> {
    requireScope(caller, 'image:build', response);
    return this.builds.create(caller, upload.build, upload.context);
  }

  private promise(response: Response, { imageId, operationId }: StartedBuild): number {
    response.status(202).setHeader('Link', monitorLink(this.url.base, operationId));
    return imageId;
  }
}

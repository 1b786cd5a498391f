import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '#kernel';
import type { DiskFormat } from '#disk-formats';
import { ExportsService } from '#domain/exports';
import type { ReadableImage } from '#domain/images';
import { sendJson } from '../../../http/json-adapter.js';
import { PublicUrl } from '../../../http/public-url.js';
import { monitorLink } from '../operations/monitor-link.js';
import type { ImageExportAnswer } from './image-export.schema.js';
import { ImageFileResponse } from './image-file.response.js';

/** How soon a client should look again, in seconds. */
const RETRY_AFTER = '2';

/** Sends an image's file in another format, or says who makes it. */
@Injectable()
export class ImageExportResponse {
  constructor(
    private readonly exports: ExportsService,
    private readonly file: ImageFileResponse,
    private readonly url: PublicUrl,
  ) {}

  /** @throws as `ImageFileResponse.send` and `ExportsService.get` */
  async send(
    caller: Principal,
    image: ReadableImage,
    format: DiskFormat,
    request: Request,
    response: Response,
  ): Promise<void> {
    const found = await this.exports.get(caller, image, format);
    if (found.kind === 'made') {
      const as = { type: 'application/octet-stream', extension: format } as const;
      return this.file.send(caller, found.image, as, request, response);
    }
    const { operationId } = found;
    const answer: ImageExportAnswer = {
      image_id: image.id,
      format,
      operation_id: operationId,
      operation_url: `${this.url.base}/operations/${operationId}`,
    };
    response.status(202).setHeader('Link', monitorLink(this.url.base, operationId));
    response.setHeader('Retry-After', RETRY_AFTER);
    sendJson(response, answer);
  }
}

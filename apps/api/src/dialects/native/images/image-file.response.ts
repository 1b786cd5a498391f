import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError, type Principal } from '#kernel';
import { Config } from '#platform/config';
import type { ByteRange } from '#platform/storage';
import { ImagesService, type ReadableImage } from '#domain/images';
import { BodySender } from '../../../http/body-sender.js';
import { readByteRange } from '../../../http/byte-range.js';
import { isNotModified, rangeApplies, type Validators } from '../../../http/conditional-request.js';
import { reprDigest } from '../../../http/digest-headers.js';
import type { FileType } from './image-types.js';

/** What to call the file. */
export interface FileKind {
  readonly type: FileType;
  readonly extension: string;
}

/** Sends an image's bytes: whole, in part, or not at all where the client has them (RFC 9110, sections 13 and 14). */
@Injectable()
export class ImageFileResponse {
  constructor(
    private readonly images: ImagesService,
    private readonly config: Config,
  ) {}

  /** @throws DomainError `range_not_satisfiable`, `storage_unavailable`, before anything is sent */
  async send(
    caller: Principal,
    image: ReadableImage,
    as: FileKind,
    request: Request,
    response: Response,
  ): Promise<void> {
    const { sizeBytes, sha256 } = image.blob;
    const validators: Validators = { etag: `"${sha256}"`, lastModified: image.createdAt };
    describe(image, as, validators, response);
    if (isNotModified(request.headers, validators)) {
      response.status(304).end();
      return;
    }
    const range = rangeApplies(request.headers, validators) ? this.readRange(request, response, sizeBytes) : undefined;
    response.setHeader('Content-Length', range?.length ?? sizeBytes);
    if (range) {
      response.status(206);
      response.setHeader('Content-Range', `bytes ${range.offset}-${range.offset + range.length - 1}/${sizeBytes}`);
    }
    if (request.method === 'HEAD') response.end();
    else await this.stream(caller, image, range, response);
  }

  private readRange(request: Request, response: Response, sizeBytes: number): ByteRange | undefined {
    try {
      return readByteRange(request.headers.range, sizeBytes);
    } catch (error) {
      if (error instanceof DomainError) response.setHeader('Content-Range', `bytes */${sizeBytes}`);
      throw error;
    }
  }

  private async stream(
    caller: Principal,
    image: ReadableImage,
    range: ByteRange | undefined,
    response: Response,
  ): Promise<void> {
    const bytes = await this.images.open(image, range);
    const { idleTimeoutMs } = this.config;
    response.setTimeout(idleTimeoutMs, () => response.destroy()); // a reader that stopped reading
    try {
      await this.images.recordPull(caller, image, range);
      await pipeline(bytes, new BodySender(response));
    } catch (error) {
      bytes.destroy();
      if (!isGone(error)) throw error;
    }
  }
}

function describe(
  image: ReadableImage,
  { type, extension }: FileKind,
  { etag, lastModified }: Validators,
  response: Response,
): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', etag);
  response.setHeader('Last-Modified', lastModified.toUTCString());
  response.setHeader('Repr-Digest', reprDigest(image.blob.sha256));
  response.setHeader('Cache-Control', 'private, no-cache'); // it may be deleted, or closed to the reader, at any time
  // The rules for names and tags leave nothing in them that would need quoting.
  response.setHeader('Content-Disposition', `attachment; filename="${image.name}_${image.tag}.${extension}"`);
}

/** The client went away before the end. */
function isGone(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

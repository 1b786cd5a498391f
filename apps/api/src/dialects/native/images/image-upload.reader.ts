import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError, FieldProblems } from '#kernel';
import { Config } from '#platform/config';
import { type NewBuild, readBuildOptions } from '#domain/builds';
import { type DiskKind, readDiskKind } from '#domain/conversions';
import type { ImageBytes, NewImage } from '#domain/images';
import { readBody } from '../../../http/body-reader.js';
import { declaredSha256 } from '../../../http/digest-headers.js';
import { allowBody } from '../../../http/expect-continue.js';
import { one, type RawQuery } from '../native.paging.js';
import { type MultipartUpload, readMultipartUpload } from './multipart-upload.js';

/** What a build says, and its context once somebody asks for it. */
export interface BuildUpload {
  readonly build: NewBuild;
  readonly context: (() => ImageBytes) | undefined;
}

/** What a push says, and its bytes once somebody asks for them. */
export interface ImageUpload {
  readonly input: NewImage;
  /** What the bytes are; undefined for QCOW2 as it is. */
  readonly disk: DiskKind | undefined;
  readonly body: () => ImageBytes;
}

/** Finds the image in a `POST /images`, whichever way a client sends it. */
@Injectable()
export class ImageUploadReader {
  constructor(private readonly config: Config) {}

  /**
   * Any content type but JSON, which has no file, and multipart is the raw file: what `curl --data-binary` calls a form is one too.
   * A form with a Dockerfile is a build.
   * @throws DomainError `invalid`
   */
  async read(request: Request, response: Response): Promise<ImageUpload | BuildUpload> {
    const query = request.query as RawQuery;
    const type = mediaType(request);
    assertNotEncoded(request);
    const words = {
      name: one(query, 'name') ?? '',
      tag: one(query, 'tag'),
      namespace: one(query, 'namespace'),
      declaredSha256: declaredSha256(request.headers),
    };
    const { idleTimeoutMs } = this.config;
    if (type === 'multipart/form-data') {
      allowBody(request, response); // the words stand in the body too
      return this.readForm(words, query, await readMultipartUpload(request, idleTimeoutMs));
    }
    return {
      input: { ...words, declaredSizeBytes: declaredSize(request) },
      disk: readDiskKind(one(query, 'format'), one(query, 'compression')),
      body: () => {
        allowBody(request, response);
        return readBody(request, idleTimeoutMs);
      },
    };
  }

  private readForm(words: NewImage, query: RawQuery, { fields, stream }: MultipartUpload): ImageUpload | BuildUpload {
    const { format, compression, build, dockerfile, ...said } = fields;
    const input = { ...words, ...said };
    const body = stream && ((): ImageBytes => readBody(stream.file, this.config.idleTimeoutMs));
    if (dockerfile !== undefined || build !== undefined || stream?.part === 'build_context') {
      assertBuild(dockerfile, stream?.part);
      return { build: { ...input, dockerfile, options: readBuildOptions(readJson(build)) }, context: body };
    }
    if (!body) throw DomainError.field('invalid', 'file', 'File field required');
    const disk = readDiskKind(format ?? one(query, 'format'), compression ?? one(query, 'compression'));
    return { input, disk, body };
  }
}

/** What a build cannot do without; its Dockerfile is known before its context, which is streamed. */
function assertBuild(dockerfile: string | undefined, part: string | undefined): asserts dockerfile is string {
  const problems = new FieldProblems();
  problems.check(dockerfile !== undefined, 'dockerfile', 'Dockerfile field required, before build_context');
  problems.check(
    part !== 'file',
    'file',
    'An image is either pushed or built: send file, or dockerfile and build_context',
  );
  problems.throwIfAny();
}

function readJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    throw DomainError.field('invalid', 'build', 'Build must be JSON');
  }
}

export function mediaType({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Node's parser has seen to it that the header is a number, and that it is not there with chunks. A request with neither has no body. */
function declaredSize({ headers }: IncomingMessage): number | undefined {
  if (headers['content-length'] !== undefined) return Number(headers['content-length']);
  return headers['transfer-encoding'] === undefined ? 0 : undefined;
}

function assertNotEncoded({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  throw DomainError.field('invalid', 'file', `Content-Encoding ${encoding} is not taken: send the file as it is`);
}

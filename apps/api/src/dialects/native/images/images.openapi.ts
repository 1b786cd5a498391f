import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOperation, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { FORMAT_WORDS } from '#domain/conversions';
import { Answers, AnswersNothing, Refuses, RefusesBody, RefusesUnseen, NamesImage } from '../native.operations.js';
import { ImageExportAnswer } from './image-export.schema.js';
import { FILE_TYPES } from './image-types.js';
import { ImageAnswer } from './image.schema.js';

const tags = ['Images'];

const BINARY = { type: 'string', format: 'binary' } as const;
const TEXT = { type: 'string' } as const;

/** RFC 9110, sections 13 and 14. */
const TakesConditions = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Range',
      description: 'One range of bytes of the file, e.g. `bytes=0-1023` or `bytes=-512`',
      schema: TEXT,
    }),
    ApiHeader({
      name: 'If-Range',
      description: '`ETag` or date: the range counts only while the file is this one',
      schema: TEXT,
    }),
    ApiHeader({ name: 'If-None-Match', description: '`ETag` of what one has: 304 if it still is that', schema: TEXT }),
    ApiHeader({ name: 'If-Modified-Since', description: 'The same by date', schema: TEXT }),
  );

const FILE_HEADERS = {
  ETag: { description: 'The SHA-256 of the file, in quotes', schema: TEXT },
  'Repr-Digest': { description: 'The same as `sha-256=:base64:` (RFC 9530), of the whole file', schema: TEXT },
  'Last-Modified': { description: 'When it was pushed', schema: TEXT },
  'Accept-Ranges': { description: '`bytes`', schema: TEXT },
  'Content-Disposition': { description: 'A name to save it under', schema: TEXT },
};

const CONTENT_RANGE = { 'Content-Range': { description: 'Which bytes, of how many', schema: TEXT } };

const FILE = Object.fromEntries(FILE_TYPES.map((type) => [type, { schema: BINARY }]));

/** Everything but the whole file. */
const AnswersParts = (): MethodDecorator =>
  applyDecorators(
    ApiResponse({
      status: 206,
      description: 'A part of the file',
      content: FILE,
      headers: { ...FILE_HEADERS, ...CONTENT_RANGE },
    }),
    ApiResponse({ status: 304, description: 'The caller has it already', headers: FILE_HEADERS }),
    Refuses(416, 'The file has no such bytes', 'The file has 1792 bytes', CONTENT_RANGE),
    RefusesUnseen('image'),
  );

export const ApiShowImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'showImage',
      summary: 'Show an image, or download its file',
      description:
        'JSON, unless `Accept` prefers `application/x-qemu-disk` or `application/octet-stream`: then the answer is that of ' +
        '`/images/{image}/file`. Headers about the file count for the file only.',
    }),
    NamesImage(),
    TakesConditions(),
    ApiExtraModels(ImageAnswer),
    ApiResponse({
      status: 200,
      description: 'The image, or its file with the headers that `/images/{image}/file` sends',
      content: { 'application/json': { schema: { $ref: getSchemaPath(ImageAnswer) } }, ...FILE },
    }),
    AnswersParts(),
    Refuses(
      406,
      '`Accept` allows none of the three',
      'Accept must allow one of application/json, application/x-qemu-disk, application/octet-stream',
    ),
  );

export const ApiSendImageFile = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'downloadImage',
      summary: 'Download an image’s file',
      description:
        'The image as QCOW2. `HEAD` tells the headers without the file. In another format it is made when somebody asks: ' +
        'once, for all images with the same bytes, and kept for a while. Until it is there the answer is 202; ask again, ' +
        'or watch the operation.',
    }),
    NamesImage(),
    ApiQuery({
      name: 'format',
      required: false,
      description: 'The format that the file is wanted in; `vpc` is another word for `vhd`',
      schema: { ...TEXT, enum: FORMAT_WORDS, default: 'qcow2' },
    }),
    TakesConditions(),
    ApiResponse({ status: 200, description: 'The file', content: FILE, headers: FILE_HEADERS }),
    Answers(202, ImageExportAnswer, 'It is being made in this format', {
      headers: {
        Link: { description: 'The operation that makes it: `rel="monitor"`', schema: TEXT },
        'Retry-After': { description: 'Seconds after which to ask again', schema: TEXT },
      },
    }),
    Refuses(400, 'There is no such format', { format: ['Format must be one of qcow2, raw, vmdk, vdi, vhd, vhdx'] }),
    AnswersParts(),
    Refuses(
      503,
      'This server cannot convert it, or its store does not answer',
      'Disks cannot be converted here: install the package qemu-utils (Debian, Ubuntu) or qemu-img (Fedora)',
    ),
  );

export const ApiUpdateImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'updateImage',
      summary: 'Change what is said of an image',
      description:
        'Its bytes never change. Whoever may write may describe; what opens an image to others is for its owner.',
    }),
    NamesImage(),
    Answers(200, ImageAnswer, 'The image as it is now', {
      changes: { description: 'Ubuntu Server 24.04', labels: { os: 'ubuntu' } },
    }),
    RefusesBody({ visibility: ['Visibility must be one of private, internal, public'] }),
    Refuses(403, 'The caller sees the image but may not change this of it', 'You can see this image but not change it'),
    RefusesUnseen('image'),
    Refuses(
      409,
      'Somebody else was faster; try again',
      'The image was moved at this very moment; look at it and try again',
    ),
  );

export const ApiDeleteImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'deleteImage', summary: 'Delete an image' }),
    NamesImage(),
    AnswersNothing('The image is gone, and its bytes unless another image has the same'),
    Refuses(403, 'The caller sees the image but may not delete it', 'You can see this image but not delete it'),
    RefusesUnseen('image'),
    Refuses(409, 'The image is protected', 'The image is protected; set "protected" to false before you delete it'),
  );

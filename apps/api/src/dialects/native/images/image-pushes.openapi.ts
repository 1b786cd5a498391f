import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  getSchemaPath,
  type RequestBodyObject,
} from '@nestjs/swagger';
import { Answers, LOCATION, Refuses } from '../native.operations.js';
import { FILE_TYPES } from './image-types.js';
import { NewImageDownload } from './image-download.schema.js';
import { ImageAnswer } from './image.schema.js';

const TEXT = { type: 'string' } as const;
const BINARY = { type: 'string', format: 'binary' } as const;

/** The file itself, or a form in which the words go before it. */
const FILE_OR_FORM: RequestBodyObject = {
  required: true,
  description:
    'The QCOW2 file as it is. Any type but JSON and multipart means the same; chunked or with a length; not encoded. ' +
    'As JSON, where else to download it from: the image is `pending` until its operation has brought it. ' +
    'Or a form: what stands behind its part `file` is not read.',
  content: {
    ...Object.fromEntries(FILE_TYPES.map((type) => [type, { schema: BINARY }])),
    'application/json': { schema: { $ref: getSchemaPath(NewImageDownload) } },
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: { name: TEXT, tag: TEXT, namespace: TEXT, file: BINARY },
      },
    },
  },
};

const TakesWords = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'name',
      required: false,
      description: 'What to call it; required, unless a form has it',
      schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$', example: 'ubuntu' },
    }),
    ApiQuery({
      name: 'tag',
      required: false,
      description: 'Which one of that name',
      schema: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$', default: 'latest', example: '24.04' },
    }),
    ApiQuery({
      name: 'namespace',
      required: false,
      description: '`path`, or `path@owner` for another’s; one’s own is made, private, if it is not there',
      schema: { ...TEXT, example: 'team' },
    }),
  );

const TakesDigest = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Repr-Digest',
      description: '`sha-256=:base64:` that the file must have (RFC 9530)',
      schema: TEXT,
    }),
    ApiHeader({ name: 'X-Checksum-Sha256', description: 'The same as 64 hex digits', schema: TEXT }),
    ApiHeader({
      name: 'Expect',
      description: '`100-continue`: what can be refused without the file is refused before it is sent',
      schema: TEXT,
    }),
  );

export const ApiPushImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags: ['Images'],
      operationId: 'pushImage',
      summary: 'Push an image',
      description:
        'The file is examined as it comes; it becomes an image in one step, or leaves nothing behind. ' +
        'A connection may be slow, but not silent.',
      requestBody: FILE_OR_FORM,
    }),
    ApiExtraModels(NewImageDownload),
    TakesWords(),
    TakesDigest(),
    Answers(201, ImageAnswer, 'The image', { headers: LOCATION }),
    Refuses(400, 'Its words, its digest or the file itself are wrong', { name: ['Name already exists'] }),
    Refuses(
      403,
      'The caller sees the namespace but may not write to it, or is a service account that can own nothing',
      'You can see this namespace but not write to it',
    ),
    Refuses(408, 'No byte came for too long', 'No byte of the body came for 60 seconds'),
    Refuses(409, 'The namespace went away meanwhile', 'The namespace was deleted at this very moment; try again'),
    Refuses(
      413,
      'The file is larger than this server takes, or than what is left of a quota',
      'File is too large: at most 1099511627776 bytes are taken here',
    ),
    Refuses(507, 'The server is full', 'The server has no room for this image; ask its operator'),
  );

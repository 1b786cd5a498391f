import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  getSchemaPath,
  type RequestBodyObject,
} from '@nestjs/swagger';
import { COMPRESSION_WORDS, FORMAT_WORDS } from '#domain/conversions';
import { Answers, LOCATION, Refuses } from '../native.operations.js';
import { FILE_TYPES } from './image-types.js';
import { NewImageDownload } from './image-download.schema.js';
import { ImageAnswer } from './image.schema.js';

const TEXT = { type: 'string' } as const;
const FORMAT = { type: 'string', enum: FORMAT_WORDS, default: 'qcow2' };
const COMPRESSION = { type: 'string', enum: COMPRESSION_WORDS };
const BINARY = { type: 'string', format: 'binary' } as const;

/** The file itself, or a form in which the words go before it. */
const FILE_OR_FORM: RequestBodyObject = {
  required: true,
  description:
    'The file as it is: QCOW2, unless `format` or `compression` says otherwise. Any type but JSON and multipart means the same; chunked or with a length; not encoded. ' +
    'As JSON, where else to download it from: the image is `pending` until its operation has brought it. ' +
    'Or a form: what stands behind its part `file`, or `build_context`, is not read. A form with a Dockerfile is a build, ' +
    'which also takes the scope `image:build`.',
  content: {
    ...Object.fromEntries(FILE_TYPES.map((type) => [type, { schema: BINARY }])),
    'application/json': { schema: { $ref: getSchemaPath(NewImageDownload) } },
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: {
          ...{ name: TEXT, tag: TEXT, namespace: TEXT, format: FORMAT, compression: COMPRESSION, file: BINARY },
          dockerfile: { ...TEXT, maxLength: 2 ** 20, description: 'What to build; before `build_context`' },
          build: { ...TEXT, description: 'How, as JSON: `disk`, `args`, `target`, `boot_test`' },
          build_context: { ...BINARY, description: 'What it may copy from: zip or tar, plain or packed' },
        },
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
    ApiQuery({
      name: 'format',
      required: false,
      description: 'What disk the file is: any but `qcow2` is converted to it. It is not guessed',
      schema: FORMAT,
    }),
    ApiQuery({
      name: 'compression',
      required: false,
      description: 'What the file is packed in; it is unpacked. It is not guessed either',
      schema: COMPRESSION,
    }),
  );

const MONITOR = {
  Link: { description: 'The operation that makes the image: `rel="monitor"`', schema: TEXT },
};

/** How an image looks while nobody has converted it. */
const PENDING = { status: 'pending', size: null, virtual_size: null, sha256: null, format: null };

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
        'A connection may be slow, but not silent. A disk of another format, or in a compression, is received whole, and ' +
        'then judged and converted by an operation.',
      requestBody: FILE_OR_FORM,
    }),
    ApiExtraModels(NewImageDownload),
    TakesWords(),
    TakesDigest(),
    Answers(201, ImageAnswer, 'The image', { headers: LOCATION }),
    Answers(202, ImageAnswer, 'The image, which is to be built or converted by an operation', {
      headers: { ...LOCATION, ...MONITOR },
      changes: PENDING,
    }),
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
    Refuses(
      503,
      'This server cannot convert it, or its store does not answer',
      'Disks cannot be converted here: install the package qemu-utils (Debian, Ubuntu) or qemu-img (Fedora)',
    ),
    Refuses(507, 'The server is full', 'The server has no room for this image; ask its operator'),
  );

import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Refuses, RefusesValues } from '../chutes.errors.schema.js';
import { COMPUTE_TYPES } from './image.presenter.js';
import { DeletedImageAnswer, EXAMPLE_ID, ImageAnswer, ImageListAnswer } from './image.schema.js';

const tags = ['Images'];
const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const COMPUTE_TYPE = { type: 'string', enum: [...COMPUTE_TYPES] };

const RefusesUnseen = (): MethodDecorator =>
  Refuses(
    404,
    'There is no such image, or it is not for the caller to see',
    'Image not found, or does not belong to you',
  );

const NamesImage = (): MethodDecorator =>
  ApiParam({
    name: 'path',
    description: 'Its id; or `name:tag`, of the caller’s own, or `user/name:tag`; slashes and colons need no escape',
    schema: { ...TEXT, example: 'bob/demo:1.0' },
  });

const filter = (name: string, description: string, schema: object): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema });

export const ApiListImages = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listImages', summary: 'List images of one’s own, and public ones' }),
    filter('include_public', 'Whether to add what is public, of anybody', { type: 'boolean', default: false }),
    filter('name', 'Part of the name, whatever the case; `%` and `_` stand for others', TEXT),
    filter('tag', 'The same of the tag', TEXT),
    filter('compute_type', 'What machines they are for', COMPUTE_TYPE),
    filter('page', 'Which page; the first is 0', { ...COUNT, default: 0 }),
    filter('limit', 'How many a page, as many as one likes; 0 is 25', { ...COUNT, default: 25 }),
    ApiResponse({ status: 200, type: ImageListAnswer, description: 'The newest first' }),
    RefusesValues('query', 'page', 'Input should be greater than or equal to 0', 'greater_than_equal'),
  );

export const ApiShowImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showImage', summary: 'Show an image' }),
    NamesImage(),
    ApiResponse({ status: 200, type: ImageAnswer, description: 'The image' }),
    RefusesUnseen(),
  );

export const ApiDeleteImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'deleteImage', summary: 'Delete an image of one’s own' }),
    NamesImage(),
    ApiResponse({ status: 200, type: DeletedImageAnswer, description: 'It is gone' }),
    RefusesUnseen(),
    Refuses(409, 'It is protected', 'The image is protected; set "protected" to false before you delete it'),
  );

const field = (description: string, schema: object = TEXT): object => ({ ...schema, description });

/** The contract's 1.4. */
const FORM = {
  type: 'object',
  required: ['username', 'name', 'tag', 'readme', 'dockerfile', 'public', 'logo_id', 'wait', 'image', 'build_context'],
  properties: {
    username: field('The caller’s'),
    name: field('3 to 65 letters, digits, dots, dashes or underscores; with slashes, a namespace comes before it'),
    tag: field('2 to 33 letters, digits, dots, dashes or underscores'),
    readme: field('May be empty'),
    dockerfile: field('What to build; always wins over one in the context'),
    public: field('Whether anybody may see it', { type: 'boolean' }),
    logo_id: field('`__none__` or empty'),
    wait: field('Counts for nothing', { type: 'boolean' }),
    image: field('Counts for nothing, and is not kept'),
    compute_type: field('`gpu` unless told', COMPUTE_TYPE),
    build_context: field('A zip, or tar, of the files that the Dockerfile speaks of', { ...TEXT, format: 'binary' }),
  },
};

export const ApiBuildImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'buildImage', summary: 'Build an image from a Dockerfile' }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ description: 'The parts in any order; texts of at most 1 MiB', schema: FORM }),
    ApiResponse({ status: 202, type: ImageAnswer, description: 'It waits to be built' }),
    Refuses(400, 'The form cannot be read, or the client is too old', 'The multipart body cannot be read'),
    Refuses(
      409,
      'There is an image of that name, in whatever state',
      'Image bob/demo:1.0 already exists; delete it first',
    ),
    Refuses(413, 'It is too large, or over a quota', 'File is too large: at most 1073741824 bytes are taken here'),
    RefusesValues('body', 'name', 'Field required', 'missing'),
  );

export const ApiReadLog = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'readLog', summary: 'Read how an image was built' }),
    ApiParam({ name: 'id', description: 'Its id', schema: { ...TEXT, example: EXAMPLE_ID } }),
    filter('offset', 'Where to go on: the `offset` of the last line one has', TEXT),
    ApiResponse({
      status: 200,
      description:
        'While it is built, lines as they come: `data: {"log":{"log_type","log"},"offset"}`, `.` where nothing is new, ' +
        '`DONE` at the end. Afterwards the whole text',
      content: { 'text/event-stream': { schema: TEXT }, 'text/plain': { schema: TEXT } },
    }),
    RefusesUnseen(),
    RefusesValues(
      'query',
      'offset',
      "Value error, send the 'offset' of the last line you have, as it came",
      'value_error',
    ),
  );

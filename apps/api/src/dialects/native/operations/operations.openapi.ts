import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '#kernel';
import { OPERATION_KINDS, OPERATION_STATUSES } from '#domain/operations';
import { EXAMPLE_TIME } from '../native.examples.js';
import { Answers, Filter, Refuses, RefusesUnseen, NamesImage } from '../native.operations.js';
import { LogLineAnswer, OperationAnswer } from './operation.schema.js';

const TAGS = ['Operations'];

const NamesOperation = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the operation', schema: { type: 'integer', example: 1 } });

const Pages = (): MethodDecorator =>
  applyDecorators(
    Answers(200, [OperationAnswer], 'Newest first', {
      headers: {
        Link: {
          description: 'Absolute URLs of the pages `first`, `prev` and `next`, if there are (RFC 8288)',
          schema: { type: 'string' },
        },
      },
    }),
    ApiQuery({ name: 'kind', required: false, description: 'What it does', schema: enumOf(OPERATION_KINDS) }),
    ApiQuery({ name: 'status', required: false, description: 'Where it is', schema: enumOf(OPERATION_STATUSES) }),
    Filter('cursor', 'Where a page begins, from a `Link`'),
    ApiQuery({
      name: 'limit',
      required: false,
      description: 'How many a page',
      schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE },
    }),
    Refuses(400, 'A filter or cursor means nothing', {
      status: [`Status must be one of ${OPERATION_STATUSES.join(', ')}`],
    }),
  );

const enumOf = (values: readonly string[]): { type: 'string'; enum: string[] } => ({
  type: 'string',
  enum: [...values],
});

const AnswersLines = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'Lines, as they come; as server-sent events their numbers are the ids, and `end` says how it went',
    content: {
      'application/x-ndjson': { schema: { $ref: getSchemaPath(LogLineAnswer) } },
      'text/event-stream': { schema: { type: 'string' } },
      'text/plain': { schema: { type: 'string' } },
    },
  });

const ReadsLog = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(LogLineAnswer),
    ApiQuery({
      name: 'offset',
      required: false,
      description: 'Number of the line to begin with',
      schema: { type: 'integer', minimum: 0, default: 0 },
    }),
    ApiQuery({
      name: 'follow',
      required: false,
      description: 'Whether to wait for what comes, to the end of the work',
      schema: { type: 'boolean', default: true },
    }),
    ApiQuery({
      name: 'format',
      required: false,
      description: 'In the place of `Accept`',
      schema: enumOf(['ndjson', 'sse', 'text']),
    }),
    ApiHeader({
      name: 'Last-Event-ID',
      description: 'Number of the last line that the reader has; in the place of `offset`',
      schema: { type: 'string' },
    }),
    AnswersLines(),
    Refuses(400, 'A parameter means nothing', { offset: ['Offset must be the number of a line; the first is 0'] }),
    Refuses(
      406,
      '`Accept` allows none of the types',
      'Accept must allow one of application/x-ndjson, application/json, text/event-stream, text/plain',
    ),
  );

export const ApiListOperations = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags: TAGS,
      operationId: 'listOperations',
      summary: 'List operations',
      description: 'Those on images that the caller’s roles let them read; that an image is public is not enough.',
    }),
    Filter('image_id', 'Number of the image'),
    Pages(),
  );

export const ApiListImageOperations = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: TAGS, operationId: 'listImageOperations', summary: 'List the operations on an image' }),
    NamesImage(),
    Pages(),
    RefusesUnseen('image'),
  );

export const ApiShowOperation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: TAGS, operationId: 'showOperation', summary: 'Show an operation' }),
    NamesOperation(),
    Answers(200, OperationAnswer, 'The operation'),
    RefusesUnseen('operation'),
  );

export const ApiReadLog = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: TAGS, operationId: 'readOperationLog', summary: 'Read what an operation prints' }),
    NamesOperation(),
    ReadsLog(),
    RefusesUnseen('operation'),
  );

export const ApiReadImageLog = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: TAGS, operationId: 'readImageLog', summary: 'Read the log of what made an image' }),
    NamesImage(),
    ReadsLog(),
    RefusesUnseen('image'),
  );

const Manages = (verb: string, refusal: string, changes: object = {}): MethodDecorator =>
  applyDecorators(
    NamesOperation(),
    Answers(202, OperationAnswer, `The operation, which ${verb}`, { changes }),
    Refuses(
      403,
      'The caller sees the operation, but has no role for it',
      'You can see this operation, but have no role with image:write on its image',
    ),
    RefusesUnseen('operation'),
    Refuses(409, 'It is not in a state for that', refusal),
  );

/** Before anybody began it. */
const CANCELLED = {
  status: 'cancelled',
  error: 'It was cancelled',
  cancel_requested_at: EXAMPLE_TIME,
  finished_at: EXAMPLE_TIME,
};

export const ApiCancelOperation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: TAGS, operationId: 'cancelOperation', summary: 'Cancel an operation' }),
    Manages('ends, or has ended', 'The operation has succeeded already; there is nothing to cancel', CANCELLED),
  );

export const ApiRetryOperation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: TAGS, operationId: 'retryOperation', summary: 'Begin an operation anew' }),
    Manages('waits for its turn', 'Only an operation that failed or was cancelled can be retried; this one is queued'),
  );

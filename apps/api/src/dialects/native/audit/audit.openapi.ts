import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery } from '@nestjs/swagger';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '#kernel';
import { AUDIT_OUTCOMES } from '#domain/audit';
import { Filter, Refuses } from '../native.operations.js';
import { AnswersAuditEvents } from './audit-answers.openapi.js';

const Moment = (name: string, description: string): MethodDecorator =>
  ApiQuery({
    name,
    required: false,
    description: `${description}: ISO 8601 with its zone, or a day in UTC`,
    schema: { type: 'string', example: '2026-03-14T09:26:53Z' },
  });

const Limit = (): MethodDecorator =>
  ApiQuery({
    name: 'limit',
    required: false,
    description: 'How many a page',
    schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE },
  });

export const ApiListAuditEvents = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags: ['Audit'],
      operationId: 'listAuditEvents',
      summary: 'Who did what?',
      description:
        'Newest first. Every change, download and refusal is one event; what the filters leave is paged as JSON, or sent ' +
        'whole as NDJSON or CSV.',
    }),
    AnswersAuditEvents(),
    Filter('actor', 'Username at that time, whatever the case'),
    Filter('action', 'Such as `image.create`; of refusals the method and route, `DELETE /users/:username`'),
    Filter('target', 'The reference, path or name of what was acted on, exactly'),
    ApiQuery({
      name: 'outcome',
      required: false,
      description: 'Whether it happened',
      schema: { type: 'string', enum: [...AUDIT_OUTCOMES] },
    }),
    Moment('since', 'Not before'),
    Moment('until', 'Before'),
    Filter('cursor', 'Where a page begins, from a `Link`'),
    Limit(),
    ApiQuery({
      name: 'format',
      required: false,
      description: 'In the place of `Accept`',
      schema: { type: 'string', enum: ['json', 'ndjson', 'csv'] },
    }),
    Refuses(400, 'A filter, cursor or format means nothing', { outcome: ['Outcome must be one of allowed, refused'] }),
    Refuses(
      406,
      '`Accept` allows none of the types',
      'Accept must allow one of application/json, application/x-ndjson, text/csv',
    ),
  );

import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { AuditEventAnswer } from './audit.schema.js';

/** A page as JSON; all of it as lines. */
export const AnswersAuditEvents = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(AuditEventAnswer),
    ApiResponse({
      status: 200,
      description: 'Events, the newest first',
      headers: { Vary: { description: '`Accept` decides', schema: { type: 'string' } } },
      content: {
        'application/json': { schema: { type: 'array', items: { $ref: getSchemaPath(AuditEventAnswer) } } },
        'application/x-ndjson': { schema: { type: 'string', description: 'An event a line' } },
        'text/csv': { schema: { type: 'string', description: 'RFC 4180, with a line of names first' } },
      },
    }),
  );

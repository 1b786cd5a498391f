import { applyDecorators } from '@nestjs/common';
import { ApiResponse, getSchemaPath, type OperationObject, type SchemaObject } from '@nestjs/swagger';
import type { Access } from '../../http/access/access.decorator.js';

/** The shapes of every refusal (`chutes.errors.ts` makes them). */
export const ERROR_SCHEMAS: Readonly<Record<'ErrorDetail' | 'InvalidValues', SchemaObject>> = {
  ErrorDetail: {
    description: 'Why it was refused, or that it failed',
    type: 'object',
    required: ['detail'],
    properties: {
      detail: { type: 'string', description: 'For people; programs go by the status', example: 'Not Found' },
      request_id: { type: 'string', description: 'With status 500: what to look for in the server’s log' },
    },
  },
  InvalidValues: {
    description: 'What is wrong with the request’s values, all at once',
    type: 'object',
    required: ['detail'],
    properties: {
      detail: {
        type: 'array',
        description: 'One for each value',
        items: {
          type: 'object',
          required: ['type', 'loc', 'msg', 'input'],
          properties: {
            type: { type: 'string', description: 'Kind of fault, as pydantic 2 names it' },
            loc: { type: 'array', items: { type: 'string' }, description: '`body` or `query`, and the field' },
            msg: { type: 'string', description: 'For people' },
            input: { description: 'What was sent' },
            ctx: { type: 'object', description: 'What was expected' },
          },
        },
      },
    },
  },
};

const DETAIL = { $ref: getSchemaPath('ErrorDetail') };

/** A refusal with a message. */
export const Refuses = (status: number | 'default', when: string, detail: string): MethodDecorator =>
  ApiResponse({
    status,
    description: when,
    content: { 'application/json': { schema: DETAIL, example: { detail } } },
  });

/** What is wrong with values; the example is of one that is missing. */
export const RefusesValues = (place: 'body' | 'query', name: string, msg: string, type: string): MethodDecorator =>
  applyDecorators(
    ApiResponse({
      status: 422,
      description: 'Values are missing, or are none',
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath('InvalidValues') },
          example: { detail: [{ type, loc: [place, name], msg, input: null }] },
        },
      },
    }),
  );

/** Says of an operation what the access guard may answer in its place. */
export function addAccessRefusals(operation: OperationObject, access: Access): void {
  if (access.kind === 'public') return;
  const example = { detail: 'Send a valid token in the header "Authorization: Bearer <token>"' };
  operation.responses['401'] = {
    description: 'There is no valid credential, or it may not do this',
    content: { 'application/json': { schema: DETAIL, example } },
  };
}

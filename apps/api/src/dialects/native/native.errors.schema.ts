import { getSchemaPath, type ReferenceObject, type SchemaObject } from '@nestjs/swagger';

/** The shapes of every refusal (`native.errors.ts` makes them). */
export const ERROR_SCHEMAS: Readonly<Record<'ErrorMessage' | 'FieldErrors', SchemaObject>> = {
  ErrorMessage: {
    description: 'Why it was refused, or that it failed',
    type: 'object',
    required: ['message'],
    properties: {
      message: { type: 'string', description: 'For people; programs go by the status', example: 'Not Found' },
      request_id: { type: 'string', description: 'With status 500: what to look for in the server’s log' },
    },
  },
  FieldErrors: {
    description: 'What is wrong with the request: messages by field, for all fields at once',
    type: 'object',
    minProperties: 1,
    additionalProperties: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', description: 'For people' },
    },
  },
};

const refTo = (name: keyof typeof ERROR_SCHEMAS): ReferenceObject => ({ $ref: getSchemaPath(name) });

/** What the body of a refusal with this status looks like. */
export function errorSchema(status: number | 'default'): ReferenceObject | SchemaObject {
  return status === 400 ? { oneOf: [refTo('FieldErrors'), refTo('ErrorMessage')] } : refTo('ErrorMessage');
}

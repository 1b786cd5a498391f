import type { OpenAPIObject, RequestBodyObject } from '@nestjs/swagger';
import { errorSchema } from '../native.errors.schema.js';
import { operationsOf } from '../../../openapi/operations-of.js';
import { resolveSchema } from '../../../openapi/schema-reference.js';

/** What any operation may answer besides: a path it cannot read, a fault of its own. */
export function addDefaultAnswers(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    operation.responses.default = {
      description: 'Anything else that is wrong with the request, or with the server',
      content: { 'application/json': { schema: errorSchema('default') } },
    };
  }
}

/** A JSON body with a field that nobody knows is refused. */
export function closeRequestBodies(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const body = operation.requestBody as RequestBodyObject | undefined;
    const schema = body?.content['application/json']?.schema;
    if (schema) resolveSchema(document, schema).additionalProperties = false;
  }
}

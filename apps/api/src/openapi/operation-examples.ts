import type {
  MediaTypeObject,
  OpenAPIObject,
  OperationObject,
  ReferenceObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from '@nestjs/swagger';
import { operationsOf } from './operations-of.js';
import { resolveSchema } from './schema-reference.js';

/**
 * Gives every JSON body an example: the one its fields make, and over it what its operation says is different. Refusals
 * have theirs already.
 */
export function addExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    for (const media of jsonBodiesOf(operation)) {
      if (!media.schema) continue;
      const example = withChanges(exampleOf(document, media.schema), media.example);
      if (example !== undefined) media.example = example;
    }
  }
}

function jsonBodiesOf({ requestBody, responses }: OperationObject): MediaTypeObject[] {
  const bodies = [requestBody, responses['200'], responses['201'], responses['202']] as (
    RequestBodyObject | ResponseObject | undefined
  )[];
  return bodies.flatMap((body) => body?.content?.['application/json'] ?? []);
}

/** The example of a schema, else that of its fields; undefined where nothing tells. */
function exampleOf(document: OpenAPIObject, reference: SchemaObject | ReferenceObject): unknown {
  const schema = resolveSchema(document, reference);
  if (schema.example !== undefined) return schema.example;
  const [alternative] = schema.anyOf ?? schema.allOf ?? [];
  if (alternative) return exampleOf(document, alternative);
  if (schema.type === 'array' && schema.items) {
    const item = exampleOf(document, schema.items);
    return item === undefined ? undefined : [item];
  }
  const fields = Object.entries(schema.properties ?? {})
    .map(([name, field]) => [name, exampleOf(document, field)] as const)
    .filter(([, example]) => example !== undefined);
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

function withChanges(example: unknown, changes: unknown): unknown {
  if (changes === undefined) return example;
  if (!Array.isArray(changes)) return { ...(example as object), ...(changes as object) };
  return changes.map((change: unknown) => withChanges((example as unknown[])[0], change));
}

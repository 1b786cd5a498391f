import type { OpenAPIObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';

const PREFIX = '#/components/schemas/';

/** The name of the schema that a reference means; undefined for a schema that stands where it is. */
export function referredName(schema: SchemaObject | ReferenceObject): string | undefined {
  return '$ref' in schema ? schema.$ref.slice(PREFIX.length) : undefined;
}

/** The schema itself, wherever it stands. */
export function resolveSchema(document: OpenAPIObject, schema: SchemaObject | ReferenceObject): SchemaObject {
  if (!('$ref' in schema)) return schema;
  const found = document.components?.schemas?.[schema.$ref.slice(PREFIX.length)];
  if (!found) throw new Error(`${schema.$ref} is not in the document`);
  return resolveSchema(document, found);
}

import type { OpenAPIObject, OperationObject, ParameterObject, RequestBodyObject, SchemaObject } from '@nestjs/swagger';
import type { DescribedOperation } from '../operations-of.js';

/** A curl command that does the operation with its examples, for a shell in which TOKEN is set. */
export function curlLine({ servers }: OpenAPIObject, described: DescribedOperation): string {
  const { method, operation } = described;
  const isPublic = operation.security?.length === 0;
  const body = bodyOptions(operation);
  const options = [
    ...(isPublic ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(method === 'get' || (method === 'post' && body[0]?.startsWith('-H')) ? [] : [`-X ${method.toUpperCase()}`]),
    ...body,
    ...(sendsFile(operation) ? ['-o disk.qcow2'] : []),
  ];
  return ['curl', ...options, quoted((servers?.[0]?.url ?? '') + exampleUrl(described))].join(' ');
}

/** The operation's path and query, filled with the examples of its parameters. */
export function exampleUrl({ path, operation }: DescribedOperation): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(exampleOf(operation, 'path', name)),
  );
  const query = parametersOf(operation)
    .map(({ name, in: place }) =>
      place === 'query' ? `${name}=${encodeURIComponent(exampleOf(operation, place, name))}` : '',
    )
    .filter((pair) => !/^$|=$/.test(pair));
  return [filled, ...(query.length > 0 ? [query.join('&')] : [])].join('?');
}

function bodyOptions({ requestBody }: OperationObject): string[] {
  if (!requestBody) return [];
  const json = (requestBody as RequestBodyObject).content['application/json'];
  if (!json) return ['-T disk.qcow2'];
  return [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(json.example))}`];
}

function sendsFile({ responses }: OperationObject): boolean {
  const [success] = Object.values(responses) as { content?: Record<string, unknown> }[];
  const types = Object.keys(success?.content ?? {});
  return types.length > 0 && types.every((type) => /^application\/(octet-stream|x-)/.test(type));
}

function parametersOf({ parameters = [] }: OperationObject): ParameterObject[] {
  return parameters as ParameterObject[];
}

/** Empty where a parameter has none. */
function exampleOf(operation: OperationObject, place: string, name: string): string {
  const parameter = parametersOf(operation).find((one) => one.in === place && one.name === name);
  return String((parameter?.schema as SchemaObject | undefined)?.example ?? '');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

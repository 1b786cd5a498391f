import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject, ParameterObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { Config } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { templateOf } from '../../apps/api/src/openapi/described-routes.js';
import { operationsOf } from '../../apps/api/src/openapi/operations-of.js';
import { type RouteEntry, routesOf, scopeOf } from '../../apps/api/src/reference/route-table.js';

const routes = routesOf(ApiModule.forRoot(Config.parse({}), new MemoryBlobStore())).filter(
  ({ controller }) => controller !== 'HealthController',
);

const isChutes = ({ path }: RouteEntry): boolean => path.startsWith('/chutes/');

/** What each dialect's document is to describe. */
const DOCUMENTS: readonly [file: string, routes: readonly RouteEntry[]][] = [
  ['openapi.json', routes.filter((route) => !isChutes(route))],
  ['chutes-openapi.json', routes.filter(isChutes)],
];

/** Equal to what the code makes: `generated-files.e2e-spec.ts` sees to that. */
const read = (file: string): OpenAPIObject =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/reference', file), 'utf8')) as OpenAPIObject;

describe.each(DOCUMENTS)('docs/reference/%s', (file, routes) => {
  const document = read(file);
  const operations = operationsOf(document).map((one) => ({ ...one, id: one.operation.operationId ?? 'nameless' }));

  it('describes every route of its dialect, and nothing else', () => {
    expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${templateOf(path)}`).sort(),
    );
  });

  it('asks of every operation the scope that its route declares', () => {
    const declared = routes.map((route) => [`${route.method} ${templateOf(route.path)}`, scopeOf(route)]);
    const described = operations.map(({ method, path, operation }) => [
      `${method.toUpperCase()} ${path}`,
      (operation as { 'x-scope'?: string })['x-scope'],
    ]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(declared));
  });

  it('says nothing of any one server', () => {
    expect(document).not.toHaveProperty('servers');
  });

  it('calls no two operations the same', () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });

  it.each(operations)('has words for all of $id', ({ operation }) => {
    const parameters = (operation.parameters ?? []) as ParameterObject[];
    const responses = Object.values(operation.responses) as ResponseObject[];
    const texts = [operation.summary, ...parameters.map((p) => p.description), ...responses.map((r) => r.description)];
    expect(texts.filter((text) => text === undefined || text === '')).toEqual([]);
    expect(operation.tags?.filter((tag) => !document.tags?.some(({ name }) => name === tag))).toEqual([]);
  });

  it.each(operations)('names the parameters in the path of $id, with an example each', ({ path, operation }) => {
    const inPath = ((operation.parameters ?? []) as ParameterObject[]).filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`).sort()).toEqual([...path.matchAll(/\{\w+\}/g)].map(String).sort());
    expect(inPath.filter(({ schema }) => (schema as SchemaObject).example === undefined)).toEqual([]);
  });

  it.each(operations)('gives an example of every JSON body that $id takes or answers', ({ operation }) => {
    const answers = Object.entries(operation.responses).filter(([status]) => status !== 'default');
    const bodies = [operation.requestBody, ...answers.map(([, answer]) => answer)] as (ResponseObject | undefined)[];
    const media = bodies.flatMap((body) => body?.content?.['application/json'] ?? []);
    expect(media.filter(({ example }) => example === undefined)).toEqual([]);
  });

  it.each(Object.entries(document.components?.schemas ?? {}))('has words for every field of %s', (_name, schema) => {
    const { description, properties = {} } = schema as SchemaObject;
    const fields = Object.entries(properties) as [string, SchemaObject][];
    expect([description, ...fields.map(([, field]) => field.description)].filter((text) => !text)).toEqual([]);
  });
});

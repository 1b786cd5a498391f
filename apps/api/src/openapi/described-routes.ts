import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import type { Access } from '../http/access/access.decorator.js';
import type { RouteEntry } from '../reference/route-table.js';
import { operationsOf } from './operations-of.js';

/** A route's path as OpenAPI writes it: `/n/:owner/*path` is `/n/{owner}/{path}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/[:*](\w+)/g, '{$1}');
}

/**
 * Says of every operation what its route declared to the access guard: security and `x-scope`; what the guard's refusals look
 * like is for `addRefusals`.
 */
export function addAccess(
  document: OpenAPIObject,
  routes: readonly RouteEntry[],
  addRefusals: (operation: OperationObject, access: Access) => void,
): void {
  for (const { method, path, operation } of operationsOf(document)) {
    const route = routes.find((entry) => entry.method.toLowerCase() === method && templateOf(entry.path) === path);
    if (!route?.access) throw new Error(`${method} ${path} is described, but no route declares it`);
    operation.security = securityOf(route.access);
    if ('scope' in route.access) Object.assign(operation, { 'x-scope': route.access.scope });
    addRefusals(operation, route.access);
  }
}

/** An empty requirement says that it works without. */
function securityOf(access: Access): NonNullable<OperationObject['security']> {
  switch (access.kind) {
    case 'scope':
      return [{ token: [access.scope] }];
    case 'scope or public':
      return [{ token: [access.scope] }, {}];
    case 'authenticated':
      return [{ token: [] }];
    case 'public':
      return [];
  }
}

/** By path and by name, so that moving a controller changes nothing. */
export function inStableOrder({ paths, components, ...rest }: OpenAPIObject): OpenAPIObject {
  return {
    ...rest,
    paths: sorted(paths),
    components: { ...components, schemas: sorted(components?.schemas ?? {}) },
  };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

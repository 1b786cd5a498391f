import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import type { Scope } from '#kernel';
import { ACCESS, type Access } from '../http/access/access.decorator.js';
import { CREDENTIALS } from '../http/access/credentials.js';

/** One route of the api, as its controller declares it. */
export interface RouteEntry {
  readonly method: string;
  /** As the router has it, e.g. `/images/:image`. */
  readonly path: string;
  /** Undefined where a route forgot to declare it, which makes it unreachable. */
  readonly access: Access | undefined;
  /** The name of the credentials that its callers are known by, where these are not bearer tokens. */
  readonly credentials: string | undefined;
  readonly controller: string;
  readonly handler: string;
}

type Module = Type | DynamicModule;

// Where Nest's decorators leave what they were told.
const PATH = 'path';
const METHOD = 'method';
const CONTROLLERS = 'controllers';
const IMPORTS = 'imports';

/** Every route of a module and of those it imports, by path and method. */
export function routesOf(module: Module): RouteEntry[] {
  const controllers = [...new Set(controllersOf(module))];
  return controllers
    .flatMap(routesOfController)
    .sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`, 'en'));
}

/** The scope a route asks of a credential, if it asks for one. */
export function scopeOf({ access }: RouteEntry): Scope | undefined {
  return access && 'scope' in access ? access.scope : undefined;
}

function controllersOf(module: Module): Type[] {
  const dynamic = 'module' in module ? module : undefined;
  const type = dynamic?.module ?? (module as Type);
  const imports = [...listed<Module>(type, IMPORTS), ...((dynamic?.imports ?? []) as Module[])];
  return [
    ...listed<Type>(type, CONTROLLERS),
    ...(dynamic?.controllers ?? []),
    ...imports.filter((imported) => !(imported instanceof Promise)).flatMap(controllersOf),
  ];
}

function listed<T>(type: Type, key: string): T[] {
  return (Reflect.getMetadata(key, type) as T[] | undefined) ?? [];
}

function routesOfController(controller: Type): RouteEntry[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
    const method = handler && (Reflect.getMetadata(METHOD, handler) as RequestMethod | undefined);
    if (!handler || method === undefined) return [];
    const path = joinPaths(
      Reflect.getMetadata(PATH, controller) as string,
      Reflect.getMetadata(PATH, handler) as string,
    );
    const access = Reflect.getMetadata(ACCESS, handler) as Access | undefined;
    const credentials = (Reflect.getMetadata(CREDENTIALS, controller) as Type | undefined)?.name;
    return [{ method: RequestMethod[method], path, access, credentials, controller: controller.name, handler: name }];
  });
}

function joinPaths(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((segment) => segment !== '')
    .join('/')}`;
}

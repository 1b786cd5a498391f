import type { Request } from 'express';

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods that routes at a request's path take, for `405` and its `Allow`; none where the path is unknown. */
export function allowedMethods(request: Request): string[] {
  const { router } = request.app as unknown as { router: { stack: readonly Layer[] } };
  const methods = new Set<string>();
  for (const layer of router.stack) {
    if (!layer.route || isMiddleware(layer.route) || !matches(layer, request.path)) continue;
    for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** Nest registers middleware as a route for every path and method. */
function isMiddleware({ path }: { readonly path: string }): boolean {
  return path.startsWith('{/*');
}

/** A malformed escape in the path makes matching throw; such a path is no route's. */
function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}

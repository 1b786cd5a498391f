import type { ApiKeyUse } from '#domain/api-keys';

const ACTIONS: Readonly<Record<string, ApiKeyUse['action']>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/**
 * What a request is about for an API key (contract, section 2.5, as it is meant): the method says the action, the first
 * segment of the path the kind of thing, the second, where it is the last, which one. Undefined for what no key is for.
 */
export function keyUseOf(method: string, originalUrl: string): ApiKeyUse | undefined {
  const segments = (originalUrl.split('?', 1)[0] ?? '').split('/').filter((segment) => segment !== '');
  const [type, objectId, ...deeper] = segments[0] === 'chutes' ? segments.slice(1) : segments;
  const action = ACTIONS[method];
  if (type !== 'images' || action === undefined) return undefined;
  return { action, objectId: deeper.length === 0 ? objectId : undefined };
}

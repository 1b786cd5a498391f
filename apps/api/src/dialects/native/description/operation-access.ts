import type { OpenAPIObject, OperationObject, ResponseObject } from '@nestjs/swagger';
import type { Access } from '../../../http/access/access.decorator.js';
import type { RouteEntry } from '../../../reference/route-table.js';
import { errorSchema } from '../native.errors.schema.js';
import { operationsOf } from '../../../openapi/operations-of.js';

const CHALLENGE = {
  'WWW-Authenticate': { description: 'What is wrong with the token (RFC 6750)', schema: { type: 'string' } },
} as const;

/** Says of every operation what its route declared to the access guard: security, `x-scope`, and the guard's refusals. */
export function addAccess(document: OpenAPIObject, routes: readonly RouteEntry[]): void {
  for (const { method, path, operation } of operationsOf(document)) {
    const route = routes.find((entry) => entry.method.toLowerCase() === method && templateOf(entry.path) === path);
    if (!route?.access) throw new Error(`${method} ${path} is described, but no route declares it`);
    addTo(operation, route.access);
  }
}

/** A route's path as OpenAPI writes it: `/n/:owner/*path` is `/n/{owner}/{path}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/[:*](\w+)/g, '{$1}');
}

function addTo(operation: OperationObject, access: Access): void {
  operation.security = securityOf(access);
  if (access.kind === 'public') return;
  operation.responses['401'] = refusal(
    access.kind === 'scope or public' ? 'The token is unknown, revoked or expired' : 'There is no valid token',
    'Send a valid token in the header "Authorization: Bearer <token>"',
  );
  if (access.kind === 'authenticated') return;
  const { scope } = access;
  const own = operation.responses['403'] as ResponseObject | undefined;
  const lacking = refusal(`The token lacks the scope \`${scope}\``, `Your token does not have the scope ${scope}`);
  Object.assign(operation, { 'x-scope': scope });
  operation.responses['403'] = own
    ? { ...own, description: `${own.description}; or the token lacks the scope \`${scope}\``, headers: CHALLENGE }
    : lacking;
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

function refusal(description: string, message: string): ResponseObject {
  return {
    description,
    headers: CHALLENGE,
    content: { 'application/json': { schema: errorSchema(401), example: { message } } },
  };
}

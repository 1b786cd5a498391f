import { rolesWith } from '#domain/permissions';
import type { Access } from '../http/access/access.decorator.js';
import { type RouteEntry, scopeOf } from './route-table.js';

/** `docs/reference/routes.md`. */
export function routesPage(routes: readonly RouteEntry[]): string {
  const rows = routes.map(
    (route) =>
      `| ${route.method} | \`${route.path}\` | ${accessText(route.access)} | ${rolesText(route)} | ${route.controller}.${route.handler} |`,
  );
  return [
    '# Routes',
    '',
    'Made from the controllers by `npm run generate`. `:name` stands for one segment of a path, `*name` for one or more.',
    'A scope is what the caller’s token needs; what it may touch is decided on the thing itself: whoever owns it may, and',
    'whoever has one of the roles that grant the scope by default, everywhere or there (see [permissions](../permissions.md)).',
    '“or public” routes serve what is public to callers without a token.',
    '',
    '| method | path | scope | roles that grant it | handler |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function rolesText(route: RouteEntry): string {
  const scope = scopeOf(route);
  return scope === undefined ? '' : rolesWith(scope).join(', ');
}

function accessText(access: Access | undefined): string {
  switch (access?.kind) {
    case 'scope':
      return `\`${access.scope}\``;
    case 'scope or public':
      return `\`${access.scope}\` or public`;
    case 'authenticated':
      return 'any valid token';
    case 'public':
      return 'public';
    case undefined:
      return '**unreachable**';
  }
}

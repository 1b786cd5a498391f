import type { Access } from '../http/access/access.decorator.js';
import type { RouteEntry } from './route-table.js';

/** `docs/reference/routes.md`. */
export function routesPage(routes: readonly RouteEntry[]): string {
  const rows = routes.map(
    ({ method, path, access, controller, handler }) =>
      `| ${method} | \`${path}\` | ${accessText(access)} | ${controller}.${handler} |`,
  );
  return [
    '# Routes',
    '',
    'Made from the controllers by `npm run generate`. `:name` stands for one segment of a path, `*name` for one or more.',
    'A scope is what the caller’s token needs; what it may touch is decided on the thing itself.',
    '“or public” routes serve what is public to callers without a token.',
    '',
    '| method | path | scope | handler |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
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

import { roleScopeOf, type Scope, SCOPES } from '#kernel';

const READER: readonly Scope[] = ['image:read', 'namespace:read'];
const WRITER: readonly Scope[] = [...READER, 'image:write'];
const MAINTAINER: readonly Scope[] = [...WRITER, 'image:delete'];

/** The roles that every installation has and nobody changes, each with its scopes. The database holds the same. */
export const BUILT_IN_ROLES: Readonly<Record<string, readonly Scope[]>> = {
  reader: READER,
  writer: WRITER,
  maintainer: MAINTAINER,
  owner: [
    ...MAINTAINER,
    ...(['namespace:write', 'namespace:delete', 'invite:read', 'invite:write', 'invite:delete'] as const),
    ...(['role:read', 'role:write', 'role:delete', 'quota:read'] as const),
  ],
  auditor: [...READER, 'user:read', 'team:read', 'role:read', 'quota:read', 'audit:read'],
  admin: SCOPES,
};

/** Which of them grant a scope. */
export function rolesWith(scope: Scope): string[] {
  return Object.entries(BUILT_IN_ROLES)
    .filter(([, scopes]) => scopes.includes(roleScopeOf(scope)))
    .map(([name]) => name);
}

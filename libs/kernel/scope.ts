/**
 * What a credential may do, as `resource:verb`. `read` never follows from `write`.
 * Every route of every dialect declares one of these, or that it is public.
 */
export const SCOPES = [
  'image:read',
  'image:write',
  'image:delete',
  'image:build',
  'namespace:read',
  'namespace:write',
  'namespace:delete',
  'invite:read',
  'invite:write',
  'invite:delete',
  'user:read',
  'user:write',
  'user:delete',
  'token:read',
  'token:write',
  'token:delete',
  'team:read',
  'team:write',
  'team:delete',
  'role:read',
  'role:write',
  'role:delete',
  'quota:read',
  'quota:write',
  'quota:delete',
  'audit:read',
  'operation:read',
  'operation:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/**
 * What a role must grant for a scope. Work on an image follows the image: who may read it may see the work, who may change
 * it may manage that; who may push somewhere may build there. Such scopes are for tokens; no role holds them but the
 * admin's, which holds all.
 */
export function roleScopeOf(scope: Scope): Scope {
  if (scope === 'operation:read') return 'image:read';
  return scope === 'operation:write' || scope === 'image:build' ? 'image:write' : scope;
}

export function isScope(value: unknown): value is Scope {
  return SCOPES.includes(value as Scope);
}

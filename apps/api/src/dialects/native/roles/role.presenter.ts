import type { RoleView } from '#domain/roles';
import type { RoleAnswer } from './role.schema.js';

export function presentRole(role: RoleView): RoleAnswer {
  return {
    id: role.id,
    name: role.name,
    description: role.description,
    scopes: [...role.scopes],
    namespace: role.tree && `${role.tree.path}@${role.tree.owner}`,
    built_in: role.builtIn,
    version: role.version,
    created_at: role.createdAt,
    updated_at: role.updatedAt,
  };
}

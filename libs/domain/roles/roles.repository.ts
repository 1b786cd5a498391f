import { Injectable } from '@nestjs/common';
import { type Scope, type PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { FIRST_OWN_PARAMETER, type NamespaceContents } from '#domain/namespaces';
import { heldInNamespace } from '#domain/permissions';
import type { RoleView } from './role.view.js';

export interface NewRole {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly Scope[];
  readonly namespaceId: number | null;
}

/** $1 is whose bindings count for the caller. */
const VIEW = `
  SELECT r.id, r.name, r.description, r.scopes, r.built_in AS "builtIn", r.version,
         r.created_at AS "createdAt", r.updated_at AS "updatedAt",
         CASE WHEN root.id IS NOT NULL THEN json_build_object('id', root.id, 'path', root.path, 'owner', o.username,
           'ownerId', root.user_id, 'visibility', root.visibility) END AS tree,
         ${heldInNamespace('root.lineage')} AS held
  FROM roles r LEFT JOIN namespaces root ON root.id = r.namespace_id LEFT JOIN users o ON o.id = root.user_id`;

const ORDER = 'ORDER BY r.namespace_id NULLS FIRST, r.built_in DESC, r.id';

/** The only queries on roles. */
@Injectable()
export class RolesRepository {
  constructor(private readonly database: Database) {}

  async findView(subjectIds: readonly number[], id: number): Promise<RoleView | undefined> {
    return (await this.database.lookUp<RoleView>(`${VIEW} WHERE r.id = $2`, [subjectIds, id]))[0];
  }

  /** The global roles, built-in ones first; one row more than `limit` where there is a next page. */
  listGlobal({ page, limit }: PageQuery): Promise<RoleView[]> {
    return this.database.query<RoleView>(`${VIEW} WHERE r.namespace_id IS NULL ${ORDER} OFFSET $2 LIMIT $3`, [
      [],
      (page - 1) * limit,
      limit + 1,
    ]);
  }

  /** By id or by name, global ones first, as it then stays until the transaction ends. `rootId` is the target's tree, if it is in one. */
  async holdForBinding(text: string, rootId: number | null): Promise<RoleView | undefined> {
    const [role] = await this.database.query<RoleView>(
      `${VIEW} WHERE (r.id::text = $2 OR lower(r.name) = lower($2)) AND (r.namespace_id IS NULL OR r.namespace_id = $3)
       ORDER BY (r.id::text = $2) DESC, r.namespace_id NULLS FIRST LIMIT 1 FOR SHARE OF r`,
      [[], text, rootId],
    );
    return role;
  }

  /** The version that a role is at, nobody else's to change or bind until the transaction ends. */
  async lock(id: number): Promise<{ version: number; scopes: readonly Scope[] } | undefined> {
    const rows = await this.database.query<{ version: number; scopes: readonly Scope[] }>(
      'SELECT version, scopes FROM roles WHERE id = $1 FOR UPDATE',
      [id],
    );
    return rows[0];
  }

  async insert({ name, description, scopes, namespaceId }: NewRole): Promise<number> {
    const [row] = await this.database.query<{ id: number }>(
      'INSERT INTO roles (name, description, scopes, namespace_id) VALUES ($1, $2, $3, $4) RETURNING id',
      [name, description, scopes, namespaceId],
    );
    if (!row) throw new Error('an insert returned no row');
    return row.id;
  }

  async update(id: number, { name, description, scopes }: Partial<NewRole>): Promise<void> {
    await this.database.query(
      `UPDATE roles SET name = coalesce($2, name), description = coalesce($3, description),
              scopes = coalesce($4, scopes), version = version + 1, updated_at = now() WHERE id = $1`,
      [id, name ?? null, description ?? null, scopes ?? null],
    );
  }

  async delete(id: number): Promise<void> {
    await this.database.query('DELETE FROM roles WHERE id = $1', [id]);
  }

  async isBound(id: number): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM bindings WHERE role_id = $1 LIMIT 1', [id])).length > 0;
  }

  /**
   * Whether more scopes in a role would reach too far: an image that has left the role's tree, any single target where
   * `globalOnly`, or a time after `until`.
   */
  async reachesBeyond(id: number, globalOnly: boolean, until: Date | null): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM bindings b JOIN roles r ON r.id = b.role_id LEFT JOIN images i ON i.id = b.image_id
       WHERE b.role_id = $1 AND (b.expires_at IS NULL OR b.expires_at > now()) AND (
         (r.namespace_id IS NOT NULL AND b.image_id IS NOT NULL AND i.root_namespace_id IS DISTINCT FROM r.namespace_id)
         OR ($2 AND (b.namespace_id IS NOT NULL OR b.image_id IS NOT NULL))
         OR ($3::timestamptz IS NOT NULL AND (b.expires_at IS NULL OR b.expires_at > $3)))
       LIMIT 1`,
      [id, globalOnly, until],
    );
    return rows.length > 0;
  }
}

/** The global roles, and those of a namespace's tree. */
export function rolesOfTree({ page, limit }: PageQuery): NamespaceContents<RoleView, RoleView> {
  const [offset, count] = [FIRST_OWN_PARAMETER, FIRST_OWN_PARAMETER + 1].map((index) => `$${index}`);
  return {
    select: `${VIEW} WHERE r.namespace_id IS NULL OR r.namespace_id = node."rootId" ${ORDER} OFFSET ${offset} LIMIT ${count}`,
    order: 'item.tree IS NOT NULL, item."builtIn" DESC, item.id',
    values: [(page - 1) * limit, limit + 1],
    toItem: (row) => row,
  };
}

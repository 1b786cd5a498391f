import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, type PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { IMAGE_REFERENCE, type ImageReference } from '#domain/images';
import { BINDING_IS_LIVE, heldScopes } from '#domain/permissions';
import type { BindingView } from './binding.view.js';

export interface BindingFilters {
  /** A username or a team's name. */
  readonly subject?: string | undefined;
  /** An id or a name. */
  readonly role?: string | undefined;
  readonly namespace?: { readonly owner: string; readonly path: string } | undefined;
  readonly image?: ImageReference | undefined;
}

export interface NewBinding {
  readonly roleId: number;
  readonly subjectId: number;
  readonly namespaceId: number | null;
  readonly imageId: number | null;
  readonly createdBy: number;
  readonly expiresAt: Date | null;
}

type BindingRow = Omit<BindingView, 'createdAt' | 'expiresAt'> & { createdAt: Date; expiresAt: Date | null };

/** `g` is the binding: in `heldScopes`, `b` are the caller's. $1 is whose bindings count for the caller. */
const COLUMNS = `
  g.id, json_build_object('id', r.id, 'name', r.name, 'scopes', r.scopes) AS role,
  json_build_object('id', s.id, 'username', s.username, 'kind', s.kind) AS subject,
  CASE WHEN g.image_id IS NOT NULL THEN json_build_object('kind', 'image', 'id', i.id, 'reference', ${IMAGE_REFERENCE})
       WHEN g.namespace_id IS NOT NULL THEN json_build_object('kind', 'namespace', 'id', n.id, 'owner', o.username, 'path', n.path)
       ELSE json_build_object('kind', 'global') END AS target,
  c.username AS "createdBy", g.created_at AS "createdAt", g.expires_at AS "expiresAt", coalesce(o.id, 0) AS "ownerId",
  ${heldScopes('(b.namespace_id = ANY(n.lineage) OR b.image_id = g.image_id)')} AS held`;

/** `n` is the namespace a binding is on, or the one its image is in; `o` owns the target. */
const SOURCE = `
  FROM bindings g JOIN roles r ON r.id = g.role_id JOIN users s ON s.id = g.subject_id
  LEFT JOIN images i ON i.id = g.image_id
  LEFT JOIN namespaces n ON n.id = coalesce(g.namespace_id, i.namespace_id)
  LEFT JOIN users o ON o.id = coalesce(i.user_id, n.user_id)
  LEFT JOIN users c ON c.id = g.created_by`;

/** Where the caller holds `role:read` by a binding. */
const READABLE = `
  WITH readable AS MATERIALIZED (
    SELECT b.namespace_id, b.image_id FROM bindings b JOIN roles r ON r.id = b.role_id
    WHERE b.subject_id = ANY($1) AND 'role:read' = ANY(r.scopes) AND ${BINDING_IS_LIVE})`;

/** As the service decides about a single one: one's own, and those on what one may read the roles of. $2 is whose trees are theirs. */
const VISIBLE = `(g.subject_id = ANY($1) OR $3 OR o.id = ANY($2)
  OR n.lineage && ARRAY(SELECT namespace_id FROM readable WHERE namespace_id IS NOT NULL)
  OR g.image_id IN (SELECT image_id FROM readable))`;

/** The only queries on bindings. */
@Injectable()
export class BindingsRepository {
  constructor(private readonly database: Database) {}

  async findView(subjectIds: readonly number[], id: number): Promise<BindingView | undefined> {
    const sql = `SELECT ${COLUMNS} ${SOURCE} WHERE g.id = $2`;
    return (await this.database.lookUp<BindingRow>(sql, [subjectIds, id]))[0];
  }

  /** By id; one row more than `limit` where there is a next page. `everything` is for who reads the roles of everything. */
  list(
    { userId, subjectIds, leads }: AuthenticatedPrincipal,
    everything: boolean,
    filters: BindingFilters,
    { page, limit }: PageQuery,
  ): Promise<BindingView[]> {
    const values: unknown[] = [subjectIds, [userId, ...leads], everything, (page - 1) * limit, limit + 1];
    const conditions = conditionsOf(filters, (value) => `$${values.push(value)}`);
    return this.database.readPlanned<BindingRow>(
      `${READABLE} SELECT ${COLUMNS} ${SOURCE} WHERE ${[VISIBLE, ...conditions].join(' AND ')}
       ORDER BY g.id OFFSET $4 LIMIT $5`,
      values,
    );
  }

  /** In the place of one that has expired. */
  async insert({ roleId, subjectId, namespaceId, imageId, createdBy, expiresAt }: NewBinding): Promise<number> {
    await this.database.query(
      `DELETE FROM bindings WHERE subject_id = $1 AND role_id = $2 AND namespace_id IS NOT DISTINCT FROM $3
         AND image_id IS NOT DISTINCT FROM $4 AND expires_at <= now()`,
      [subjectId, roleId, namespaceId, imageId],
    );
    const [row] = await this.database.query<{ id: number }>(
      `INSERT INTO bindings (subject_id, role_id, namespace_id, image_id, created_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [subjectId, roleId, namespaceId, imageId, createdBy, expiresAt],
    );
    if (!row) throw new Error('an insert returned no row');
    return row.id;
  }

  /** A binding, and what it is on: nobody deletes either, or gives the latter away, until the transaction ends. */
  async hold(id: number): Promise<void> {
    const target = `FROM bindings g LEFT JOIN images i ON i.id = g.image_id
      LEFT JOIN namespaces n ON n.id = coalesce(g.namespace_id, i.namespace_id) WHERE g.id = $1`;
    await this.database.query(`SELECT 1 FROM namespaces WHERE id = (SELECT n.root_id ${target}) FOR SHARE`, [id]);
    await this.database.query(`SELECT 1 FROM images WHERE id = (SELECT i.id ${target}) FOR SHARE`, [id]);
    await this.database.query('SELECT 1 FROM bindings WHERE id = $1 FOR UPDATE', [id]);
  }

  async updateExpiry(id: number, expiresAt: Date | null): Promise<void> {
    await this.database.query('UPDATE bindings SET expires_at = $2 WHERE id = $1', [id, expiresAt]);
  }

  async delete(id: number): Promise<void> {
    await this.database.query('DELETE FROM bindings WHERE id = $1', [id]);
  }
}

function conditionsOf({ subject, role, namespace, image }: BindingFilters, bind: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  if (subject !== undefined) conditions.push(`lower(s.username) = lower(${bind(subject)})`);
  if (role !== undefined) {
    const text = bind(role);
    conditions.push(`(r.id::text = ${text} OR lower(r.name) = lower(${text}))`);
  }
  if (namespace) {
    conditions.push(`g.namespace_id IS NOT NULL AND lower(n.path) = lower(${bind(namespace.path)})`);
    conditions.push(`lower(o.username) = lower(${bind(namespace.owner)})`);
  }
  if (image?.kind === 'id') conditions.push(`g.image_id = ${bind(image.id)}`);
  if (image?.kind === 'name') {
    conditions.push(`i.name = ${bind(image.name)} AND i.tag = ${bind(image.tag)}`);
    conditions.push(`lower(coalesce(n.path, '')) = lower(${bind(image.namespace)})`);
    conditions.push(`lower(o.username) = lower(${bind(image.owner ?? '')})`);
  }
  return conditions;
}

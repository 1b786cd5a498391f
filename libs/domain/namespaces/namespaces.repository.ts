import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, type PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { heldInNamespace } from '#domain/permissions';
import { Namespace } from './namespace.entity.js';
import { FIRST_OWN_PARAMETER, type NamespaceContents } from './namespace-contents.js';
import type { NamespaceView } from './namespace-view.js';
import type { Visibility } from './visibility.js';

export interface NamespacePageQuery extends PageQuery {
  readonly search?: string | undefined;
}

type TreeLock = 'to read' | 'to change';

/** $1 is whose bindings count for the caller. */
const VIEW = `
  SELECT n.id, n.user_id AS "userId", n.root_id AS "rootId", n.parent_id AS "parentId", n.name, n.path, n.level, n.lineage,
         n.description, n.visibility, n.created_at AS "createdAt", n.updated_at AS "updatedAt",
         json_build_object('id', u.id, 'username', u.username, 'email', u.email, 'createdAt', u.created_at) AS "user",
         ${heldInNamespace('n.lineage')} AS held
  FROM namespaces n
  JOIN users u ON u.id = n.user_id`;

const AT_PATH = 'WHERE lower(u.username) = lower($2) AND u.deleted_at IS NULL AND lower(n.path) = lower($3)';

type ViewRow = Omit<NamespaceView, 'user'> & { user: Omit<NamespaceView['user'], 'createdAt'> & { createdAt: string } };

/** What a namespace contains, or one row without an `id` where that is nothing. */
type ContentsRow<Row> = Row & { readonly id: number | null; readonly node: ViewRow };

/** The only queries on namespaces. */
@Injectable()
export class NamespacesRepository {
  constructor(private readonly database: Database) {}

  async findView(subjectIds: readonly number[], owner: string, path: string): Promise<NamespaceView | undefined> {
    const rows = await this.database.lookUp<ViewRow>(`${VIEW} ${AT_PATH}`, [subjectIds, owner, path]);
    return rows.map(toView)[0];
  }

  /** A namespace and a list of what belongs to it, in one statement. */
  async findWithContents<Row extends object, Item>(
    subjectIds: readonly number[],
    owner: string,
    path: string,
    { select, order, values, toItem }: NamespaceContents<Row, Item>,
  ): Promise<{ node: NamespaceView; items: Item[] } | undefined> {
    const rows = await this.database.readPlanned<ContentsRow<Row>>(
      `WITH node AS (${VIEW} ${AT_PATH})
       SELECT to_jsonb(node) AS node, item.* FROM node LEFT JOIN LATERAL (${select}) AS item ON true ORDER BY ${order}`,
      [subjectIds, owner, path, ...values],
    );
    const [first] = rows;
    return first && { node: toView(first.node), items: rows.filter(({ id }) => id !== null).map(toItem) };
  }

  /** The namespace with the longest of these paths that is there, e.g. of `a`, `a/b`, `a/b/c`. */
  async findDeepest(
    subjectIds: readonly number[],
    ownerId: number,
    paths: readonly string[],
  ): Promise<NamespaceView | undefined> {
    const rows = await this.database.query<ViewRow>(
      `${VIEW} WHERE n.user_id = $2 AND lower(n.path) = ANY($3) ORDER BY n.level DESC LIMIT 1`,
      [subjectIds, ownerId, paths.map((path) => path.toLowerCase())],
    );
    return rows.map(toView)[0];
  }

  /**
   * As `findDeepest`, and keeps its tree as it is until the transaction ends: nobody deletes any of it, or changes its
   * visibility; `to change`, nobody else holds it. Only what is read under the lock still holds at commit.
   */
  async holdDeepest(
    subjectIds: readonly number[],
    ownerId: number,
    paths: readonly string[],
    mode: TreeLock = 'to read',
  ): Promise<NamespaceView | undefined> {
    const seen = await this.findDeepest(subjectIds, ownerId, paths);
    if (!seen) return undefined;
    await this.lockTree(seen.rootId, mode);
    const held = await this.findDeepest(subjectIds, ownerId, paths);
    return !held || held.rootId === seen.rootId ? held : this.holdDeepest(subjectIds, ownerId, paths, mode);
  }

  /** The caller's and their teams' trees, and whatever they have a role in, by path; one row more than `limit` where there is a next page. */
  async listFor(
    { subjectIds, pins }: Pick<AuthenticatedPrincipal, 'subjectIds' | 'pins'>,
    { search, page, limit }: NamespacePageQuery,
  ): Promise<NamespaceView[]> {
    const rows = await this.database.query<ViewRow>(
      `${VIEW}
       WHERE (n.user_id = ANY($1) OR 'namespace:read' = ANY(${heldInNamespace('n.lineage')})) AND ($2::text IS NULL OR strpos(lower(n.path), lower($2)) > 0)
         AND ($5::int[] IS NULL OR n.lineage && $5)
       ORDER BY n.path, n.id OFFSET $3 LIMIT $4`,
      [subjectIds, search ?? null, (page - 1) * limit, limit + 1, pins?.namespaceIds ?? null],
    );
    return rows.map(toView);
  }

  /** Inserts a root or a child, or finds the one that another request has just made. */
  async insertIfAbsent(node: NewNode): Promise<{ id: number; created: boolean }> {
    const [inserted] = await this.database.query<{ id: number }>(
      `WITH new AS (SELECT nextval(pg_get_serial_sequence('namespaces', 'id'))::int AS id)
       INSERT INTO namespaces (id, user_id, root_id, parent_id, lineage, name, path, level, description, visibility)
       OVERRIDING SYSTEM VALUE
       SELECT new.id, $1, coalesce($2::int, new.id), $3,
              coalesce((SELECT lineage FROM namespaces WHERE id = $3), '{}') || new.id, $4, $5, $6, $7, $8 FROM new
       ON CONFLICT (user_id, lower(path)) DO NOTHING RETURNING id`,
      [node.userId, node.rootId, node.parentId, node.name, node.path, node.level, node.description, node.visibility],
    );
    if (inserted) return { id: inserted.id, created: true };
    const [found] = await this.database.query<{ id: number }>(
      'SELECT id FROM namespaces WHERE user_id = $1 AND lower(path) = lower($2)',
      [node.userId, node.path],
    );
    if (!found) throw new Error(`namespace ${node.path} came and went`);
    return { id: found.id, created: false };
  }

  /** Keeps a tree's visibility, and the tree itself, as they are until the transaction ends. */
  async lockTree(rootId: number, mode: TreeLock): Promise<Namespace | undefined> {
    const lock = { mode: mode === 'to read' ? 'pessimistic_read' : 'pessimistic_write' } as const;
    return (await this.database.manager.findOne(Namespace, { where: { id: rootId }, lock })) ?? undefined;
  }

  async updateDescription(id: number, description: string): Promise<void> {
    await this.database.manager.update(Namespace, { id }, { description, updatedAt: () => 'now()' });
  }

  /** Changes a whole tree's visibility, and what follows from it for the images in it. */
  async updateVisibility(rootId: number, visibility: Visibility): Promise<void> {
    await this.database.query(
      'UPDATE namespaces SET visibility = $2, updated_at = now() WHERE root_id = $1 AND visibility <> $2',
      [rootId, visibility],
    );
    await this.database.query(
      `UPDATE images SET is_public = ($2 = 'public' OR visibility = 'public')
       WHERE root_namespace_id = $1 AND is_public <> ($2 = 'public' OR visibility = 'public')`,
      [rootId, visibility],
    );
  }

  /** References of images in this subtree whose names their owner also uses outside any namespace, or twice in it. */
  async findClashesWithout(node: Pick<Namespace, 'id'>): Promise<string[]> {
    const rows = await this.database.query<{ reference: string }>(
      `${SUBTREE}
       SELECT u.username || '/' || n.path || '/' || i.name || ':' || i.tag AS reference
       FROM images i JOIN namespaces n ON n.id = i.namespace_id JOIN users u ON u.id = i.user_id
       WHERE i.namespace_id IN (SELECT id FROM subtree)
         AND EXISTS (SELECT FROM images o WHERE o.id <> i.id AND o.user_id = i.user_id AND o.name = i.name AND o.tag = i.tag
                     AND (o.namespace_id IS NULL OR o.namespace_id IN (SELECT id FROM subtree)))
       ORDER BY reference LIMIT 100`,
      [node.id],
    );
    return rows.map((row) => row.reference);
  }

  /** Deletes a subtree; its images stay with their owner, outside any namespace. */
  async deleteSubtree({ id }: Pick<Namespace, 'id'>): Promise<void> {
    await this.database.query(
      `${SUBTREE}
       UPDATE images SET namespace_id = NULL, root_namespace_id = NULL, is_public = (visibility = 'public'), updated_at = now()
       WHERE namespace_id IN (SELECT id FROM subtree)`,
      [id],
    );
    await this.database.manager.delete(Namespace, { id }); // its descendants follow by their foreign key
  }
}

const SUBTREE = `
  WITH RECURSIVE subtree AS (
    SELECT id FROM namespaces WHERE id = $1
    UNION ALL SELECT n.id FROM namespaces n JOIN subtree s ON n.parent_id = s.id)`;

export type NewNode = Pick<
  Namespace,
  'userId' | 'parentId' | 'name' | 'path' | 'level' | 'description' | 'visibility'
> & {
  /** Null for a new root, which is its own. */
  readonly rootId: number | null;
};

/** The namespaces right below, by path; one row more than `limit` where there is a next page. */
export function childrenOf({ search, page, limit }: NamespacePageQuery): NamespaceContents<ViewRow, NamespaceView> {
  const [text, offset, count] = [0, 1, 2].map((index) => `$${FIRST_OWN_PARAMETER + index}`);
  return {
    select: `${VIEW}
      WHERE n.parent_id = node.id AND (${text}::text IS NULL OR strpos(lower(n.path), lower(${text})) > 0)
      ORDER BY n.path, n.id OFFSET ${offset} LIMIT ${count}`,
    order: 'item.path, item.id',
    values: [search ?? null, (page - 1) * limit, limit + 1],
    toItem: toView,
  };
}

/** From columns or from JSON, whose dates are text. */
function toView(row: ViewRow): NamespaceView {
  const [createdAt, updatedAt] = [new Date(row.createdAt), new Date(row.updatedAt)];
  return { ...row, createdAt, updatedAt, user: { ...row.user, createdAt: new Date(row.user.createdAt) } };
}

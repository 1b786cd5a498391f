import { Injectable } from '@nestjs/common';
import type { DeepPartial } from 'typeorm';
import { type AuthenticatedPrincipal, type Principal, subjectIdsOf, userIdOf } from '#kernel';
import { Database } from '#platform/database';
import { Image } from './image.entity.js';
import type { ImageFilters, ImageListQuery } from './image-list-query.js';
import { imageListStatement, type ListScope, ownImageCountStatement } from './image-list.sql.js';
import type { ImageKey } from './image-reference.js';
import { type ImageStatus, statusesBefore } from './image-status.js';
import { HELD, IMAGE_REFERENCE, IMAGE_VIEW, type ImageRow, toImageView } from './image-row.js';
import type { ImageView } from './image-view.js';

/** Any number, the same for ever: sets these locks apart from others that are made of texts. */
const DERIVED_ID_LOCK = 0x44_59_44_49;

const BY_ID = 'WHERE i.id = $2';

const BY_OWNER_AND_NAME = `
  WHERE lower(u.username) = lower($2) AND u.deleted_at IS NULL AND i.name = $4 AND i.tag = $5
    AND lower(coalesce(n.path, '')) = lower($3)`;

const BY_OWN_NAME = 'WHERE i.user_id = $2 AND i.namespace_id IS NULL AND i.name = $3 AND i.tag = $4';

/** Names that differ in case alone give one id: the oldest image has it. Found first, so that no plan walks the table. */
const BY_DERIVED_ID = `
  WHERE i.id = ANY(ARRAY(SELECT d.id FROM images d WHERE d.derived_ids @> ARRAY[$2::uuid])) ORDER BY i.id LIMIT 1`;

const viewWith = (held: string): string => `SELECT ${IMAGE_VIEW.columns} ${held} FROM images i ${IMAGE_VIEW.joins}`;

type Finders = Readonly<Record<'byId' | 'byDerivedId' | 'byOwnName' | 'byOwnerAndName', string>>;

/** For callers with bindings of their own, and for those without. Made once: a text is known by its name, which is its digest. */
const [BOUND, FREE] = [HELD.bound, HELD.none].map((held) => {
  const view = viewWith(held);
  return {
    byId: `${view} ${BY_ID}`,
    byDerivedId: `${view} ${BY_DERIVED_ID}`,
    byOwnName: `${view} ${BY_OWN_NAME}`,
    byOwnerAndName: `${view} ${BY_OWNER_AND_NAME}`,
  };
}) as [Finders, Finders];

/** Pages of the usual size without free filters have few texts, worth preparing; the rest is planned for what it asks. */
const PREPARED_PAGE_SIZE = 25;

/** An image that is there and waits for its bytes. */
export interface UnfilledImage extends Pick<Image, 'id' | 'userId' | 'authorId' | 'name' | 'tag'> {
  /** Username of its author. */
  readonly author: string;
  /** As an upload has it. */
  readonly namespacePath: string;
  readonly reference: string;
}

/** The only queries on images. */
@Injectable()
export class ImagesRepository {
  constructor(private readonly database: Database) {}

  async findView(principal: Principal, reference: ImageKey): Promise<ImageView | undefined> {
    const [row] = await this.findRows(principal, reference);
    return row && toImageView(row);
  }

  /** In the order of its sort: `rowsAhead`, the page, and one more where there are more in its direction. */
  async list(principal: AuthenticatedPrincipal, scope: ListScope, query: ImageListQuery): Promise<ImageView[]> {
    const { text, values } = imageListStatement(principal, scope, query);
    const { filters, slice, limit } = query;
    const prepared = !hasFreeFilters(filters) && limit === PREPARED_PAGE_SIZE && isUsualSlice(slice);
    const rows = prepared
      ? await this.database.read<ImageRow>(text, values)
      : await this.database.readPlanned<ImageRow>(text, values);
    return rows.map(toImageView);
  }

  /** How many `list` gives of `own`, page by page. */
  async countOwn(
    principal: AuthenticatedPrincipal,
    query: Pick<ImageListQuery, 'filters' | 'includePublic'>,
  ): Promise<number> {
    const { text, values } = ownImageCountStatement(principal, query);
    const [row] = await this.database.readPlanned<{ readonly count: number }>(text, values);
    return row?.count ?? 0;
  }

  /** Whether an owner has an image of that name there already. `namespacePath` is empty for outside any namespace. */
  async referenceExists(ownerId: number, namespacePath: string, name: string, tag: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM images i LEFT JOIN namespaces n ON n.id = i.namespace_id
       WHERE i.user_id = $1 AND i.name = $2 AND i.tag = $3 AND lower(coalesce(n.path, '')) = $4 AND i.status <> 'failed'`,
      [ownerId, name, tag, namespacePath],
    );
    return rows.length > 0;
  }

  /** Until the end of the transaction nobody else gets past this with the same derived id. */
  async lockDerivedId(id: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [id, DERIVED_ID_LOCK]);
  }

  /** Whether an image, whatever came of it, has a derived id; one may be left out. */
  async derivedIdExists(id: string, exceptImageId: number | null = null): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT 1 FROM images WHERE derived_ids @> ARRAY[$1::uuid] AND id IS DISTINCT FROM $2 LIMIT 1',
      [id, exceptImageId],
    );
    return rows.length > 0;
  }

  async insert(image: DeepPartial<Image>): Promise<number> {
    const { identifiers } = await this.database.manager.insert(Image, image);
    return identifiers[0]?.id as number;
  }

  /** In the transaction that makes an image of the same reference: one that came to nothing gives its name back. */
  async deleteFailed({
    userId,
    namespaceId,
    name,
    tag,
  }: Pick<Image, 'userId' | 'namespaceId' | 'name' | 'tag'>): Promise<void> {
    await this.database.query(
      `DELETE FROM images WHERE user_id = $1 AND namespace_id IS NOT DISTINCT FROM $2 AND name = $3 AND tag = $4
         AND status = 'failed'`,
      [userId, namespaceId, name, tag],
    );
  }

  /** Moves an image along its life; false where it is gone, or may not go there from where it is. */
  async move(id: number, status: ImageStatus, reason: string | null): Promise<boolean> {
    const rows = await this.database.query(
      `WITH moved AS (
         UPDATE images SET status = $2, status_reason = $3, updated_at = now() WHERE id = $1 AND status = ANY($4) RETURNING 1)
       SELECT * FROM moved`,
      [id, status, reason, statusesBefore(status)],
    );
    return rows.length === 1;
  }

  /** An image that waits for its bytes, by what an upload calls it; null where it is gone, or has them. */
  async findUnfilled(id: number): Promise<UnfilledImage | null> {
    const [row] = await this.database.query<UnfilledImage>(
      `SELECT i.id, i.user_id AS "userId", i.author_id AS "authorId", a.username AS author, i.name, i.tag,
              lower(coalesce(n.path, '')) AS "namespacePath", ${IMAGE_REFERENCE} AS reference
       FROM images i JOIN users o ON o.id = i.user_id JOIN users a ON a.id = i.author_id
       LEFT JOIN namespaces n ON n.id = i.namespace_id WHERE i.id = $1 AND i.blob_id IS NULL`,
      [id],
    );
    return row ?? null;
  }

  /** The row as it stands, nobody else's to change until the transaction ends. */
  lock(id: number): Promise<Image | null> {
    return this.database.manager.findOne(Image, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Keeps an image where it is, and whose it is, until the transaction ends. */
  async hold(id: number): Promise<void> {
    await this.database.manager.findOne(Image, { where: { id }, lock: { mode: 'pessimistic_read' } });
  }

  async update(id: number, changes: DeepPartial<Image>): Promise<void> {
    await this.database.manager.update(Image, { id }, { ...changes, updatedAt: () => 'now()' });
  }

  /** Sets, or ends, how often the source of a downloaded image is looked at, in whose name; false for one that was pushed. */
  async reschedule(id: number, authorId: number, everySeconds: number | null): Promise<boolean> {
    const rows = await this.database.query(
      `WITH changed AS (
         UPDATE download_sources SET author_id = $2, every_seconds = $3::int, next_check_at = now() + make_interval(secs => $3::int)
         WHERE image_id = $1 RETURNING 1)
       SELECT * FROM changed`,
      [id, authorId, everySeconds],
    );
    return rows.length === 1;
  }

  async delete(id: number): Promise<void> {
    await this.database.manager.delete(Image, { id });
  }

  /** Counts a download. */
  async recordPull(id: number): Promise<void> {
    await this.database.query('UPDATE images SET pull_count = pull_count + 1, pulled_at = now() WHERE id = $1', [id]);
  }

  private findRows(principal: Principal, reference: ImageKey): Promise<ImageRow[]> {
    const subjectIds = subjectIdsOf(principal);
    const { byId, byDerivedId, byOwnName, byOwnerAndName } =
      principal.kind === 'user' && principal.isBound ? BOUND : FREE;
    const find = (text: string, ...values: unknown[]): Promise<ImageRow[]> =>
      this.database.lookUp<ImageRow>(text, [subjectIds, ...values]);
    if (reference.kind === 'id') return find(byId, reference.id);
    if (reference.kind === 'derived id') return find(byDerivedId, reference.id);
    const { owner, namespace, name, tag } = reference;
    if (owner === undefined) return find(byOwnName, userIdOf(principal), name, tag);
    return find(byOwnerAndName, owner, namespace, name, tag);
  }
}

function hasFreeFilters({ search, labels, nameLike, tagLike, annotation }: ImageFilters): boolean {
  return [search, labels, nameLike, tagLike, annotation].some((filter) => filter !== undefined);
}

function isUsualSlice(slice: ImageListQuery['slice']): boolean {
  return slice.kind === 'page' ? slice.page === 1 : slice.kind !== 'offset';
}

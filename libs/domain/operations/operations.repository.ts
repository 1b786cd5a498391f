import { Injectable } from '@nestjs/common';
import type { Pins } from '#kernel';
import { Database, instanceIsAlive } from '#platform/database';
import { BINDING_IS_LIVE, heldInNamespace, heldScopes } from '#domain/permissions';
import { LOCK_IMAGE } from './image-lock.js';
import { CANCELLED } from './operations.errors.js';
import type { MakingView, OperationInput, OperationKind, OperationStatus, OperationView } from './operation.js';

export interface NewOperation {
  readonly kind: OperationKind;
  readonly imageId: number;
  readonly authorId: number;
  readonly input: OperationInput;
  readonly maxAttempts: number;
}

export interface OperationFilters {
  readonly imageId?: number | undefined;
  readonly kind?: OperationKind | undefined;
  readonly status?: OperationStatus | undefined;
}

/** Newest first; `after` is further down. */
export type OperationSlice = { readonly kind: 'first' } | { readonly kind: 'after' | 'before'; readonly id: number };

export interface OperationQuery {
  readonly filters: OperationFilters;
  readonly slice: OperationSlice;
  readonly limit: number;
}

/** Whose operations: all there are, or those on images that these subjects own or are bound to. */
export interface OperationReach {
  readonly subjectIds: readonly number[];
  readonly everything: boolean;
  readonly pins?: Pins | undefined;
}

const VIEW = `
  SELECT o.id, o.kind, o.status, o.image_id AS "imageId",
         u.username || '/' || coalesce(n.path || '/', '') || i.name || ':' || i.tag AS image,
         o.input ->> 'source' AS source, o.percent, o.done_bytes::float8 AS "doneBytes",
         o.total_bytes::float8 AS "totalBytes", o.attempts, o.max_attempts AS "maxAttempts", o.error, a.username AS author,
         o.cancel_requested_at AS "cancelRequestedAt", o.created_at AS "createdAt", o.started_at AS "startedAt",
         o.finished_at AS "finishedAt", i.user_id AS "ownerId", coalesce(n.lineage, '{}') AS lineage,
         ${heldInNamespace('n.lineage')} || ${heldScopes('b.image_id = i.id')} AS held
  FROM operations o JOIN images i ON i.id = o.image_id JOIN users u ON u.id = i.user_id
  JOIN users a ON a.id = o.author_id LEFT JOIN namespaces n ON n.id = i.namespace_id`;

/** Whether a role of the caller's lets them see the work on the image; being the owner, or of the owning team, does too. */
const IS_THEIRS = `(i.user_id = ANY($1) OR EXISTS (
  SELECT FROM bindings b JOIN roles r ON r.id = b.role_id
  WHERE b.subject_id = ANY($1) AND 'image:read' = ANY(r.scopes) AND ${BINDING_IS_LIVE}
    AND (b.image_id = i.id OR b.namespace_id = ANY(n.lineage))))`;

/** Queries on operations for those who ask about them. */
@Injectable()
export class OperationsRepository {
  constructor(private readonly database: Database) {}

  async insert({ kind, imageId, authorId, input, maxAttempts }: NewOperation): Promise<number> {
    const [row] = await this.database.query<{ id: number }>(
      `INSERT INTO operations (kind, image_id, author_id, input, max_attempts) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [kind, imageId, authorId, JSON.stringify(input), maxAttempts],
    );
    return row?.id ?? 0;
  }

  /** Those of a kind on an image, but for the latest `kept`; logs that are being moved stay until the next time. */
  async deleteEnded(kind: OperationKind, imageId: number, kept: number): Promise<void> {
    await this.database.query(
      `DELETE FROM operations WHERE image_id = $1 AND kind = $2 AND finished_at IS NOT NULL AND log_archived AND id < (
         SELECT min(id) FROM (
           SELECT id FROM operations WHERE image_id = $1 AND kind = $2 ORDER BY id DESC LIMIT $3) AS latest)`,
      [imageId, kind, kept],
    );
  }

  async find(subjectIds: readonly number[], id: number): Promise<OperationView | undefined> {
    const [row] = await this.database.query<OperationView>(`${VIEW} WHERE o.id = $2`, [subjectIds, id]);
    return row;
  }

  /** One more than `limit`. */
  async list(
    { subjectIds, everything, pins }: OperationReach,
    { filters, slice, limit }: OperationQuery,
  ): Promise<OperationView[]> {
    const values: unknown[] = [subjectIds];
    const param = (value: unknown): string => `$${values.push(value)}`;
    const conditions = everything ? [] : [IS_THEIRS];
    if (pins) {
      const [images, namespaces] = [param(pins.imageIds), param(pins.namespaceIds)];
      conditions.push(`(i.id = ANY(${images}::int[]) OR n.lineage && ${namespaces}::int[])`);
    }
    if (filters.imageId !== undefined) conditions.push(`o.image_id = ${param(filters.imageId)}`);
    if (filters.kind !== undefined) conditions.push(`o.kind = ${param(filters.kind)}`);
    if (filters.status !== undefined) conditions.push(`o.status = ${param(filters.status)}`);
    if (slice.kind !== 'first') conditions.push(`o.id ${slice.kind === 'after' ? '<' : '>'} ${param(slice.id)}`);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const direction = slice.kind === 'before' ? 'ASC' : 'DESC';
    const rows = await this.database.readPlanned<OperationView>(
      `${VIEW} ${where} ORDER BY o.id ${direction} LIMIT ${param(limit + 1)}`,
      values,
    );
    return slice.kind === 'before' ? rows.reverse() : rows;
  }

  /** The operation that made an image; undefined where none did. */
  async findMaker(imageId: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ id: number }>(
      'SELECT operation_id AS id FROM images WHERE id = $1 AND operation_id IS NOT NULL',
      [imageId],
    );
    return row?.id;
  }

  /** The operations that made these images, or are to; none for one that was pushed. */
  listMakings(imageIds: readonly number[]): Promise<MakingView[]> {
    return this.database.query<MakingView>(
      `SELECT i.id AS "imageId", o.id, o.kind, o.status, o.started_at AS "startedAt", o.finished_at AS "finishedAt"
       FROM images i JOIN operations o ON o.id = i.operation_id WHERE i.id = ANY($1::int[])`,
      [imageIds],
    );
  }

  /** Which of these somebody works on now. */
  async findAtWork(ids: readonly number[]): Promise<Set<number>> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM operations WHERE id = ANY($1::int[]) AND status = 'running' AND ${instanceIsAlive('instance_id')}`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Its status now; undefined where it is gone. */
  async findStatus(id: number): Promise<OperationStatus | undefined> {
    const rows = await this.database.lookUp<{ status: OperationStatus }>(
      'SELECT status FROM operations WHERE id = $1',
      [id],
    );
    return rows[0]?.status;
  }

  /** See `LOCK_IMAGE`. */
  async lockImage(id: number): Promise<void> {
    await this.database.query(LOCK_IMAGE, [id]);
  }

  /** Ends one that nobody works on, or notes the wish for one that is at work. Its status after that. */
  async cancel(id: number): Promise<OperationStatus | undefined> {
    const [row] = await this.database.query<{ status: OperationStatus }>(
      `WITH cancelled AS (
         UPDATE operations SET cancel_requested_at = coalesce(cancel_requested_at, now()),
           status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,
           finished_at = CASE status WHEN 'queued' THEN now() END,
           error = CASE status WHEN 'queued' THEN $2 END
         WHERE id = $1 AND status IN ('queued', 'running') RETURNING status)
       SELECT * FROM cancelled`,
      [id, CANCELLED],
    );
    return row?.status;
  }

  /** Begins an ended one anew. False where it has not failed and was not cancelled. */
  async retry(id: number): Promise<boolean> {
    const rows = await this.database.query(
      `WITH retried AS (
         UPDATE operations SET status = 'queued', attempts = 0, run_after = now(), finished_at = NULL, started_at = NULL,
           cancel_requested_at = NULL, error = NULL, percent = 0, done_bytes = 0, instance_id = NULL, log_archived = false
         WHERE id = $1 AND status IN ('failed', 'cancelled') RETURNING 1)
       SELECT * FROM retried`,
      [id],
    );
    return rows.length === 1;
  }
}

import { Injectable } from '@nestjs/common';
import type { Pins } from '#kernel';
import { Database, InstanceLock, instanceIsAlive } from '#platform/database';
import { BINDING_IS_LIVE, heldInNamespace, heldScopes } from '#domain/permissions';
import { CANCELLED } from './operations.errors.js';
import type {
  ClaimedOperation,
  OperationEnd,
  OperationInput,
  OperationKind,
  OperationStatus,
  OperationView,
} from './operation.js';

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

/** How an attempt is left to another. */
export interface PutBack {
  readonly after: Date;
  /** Why, for people; null where nothing was wrong. */
  readonly error: string | null;
  /** Whether it counts as if it had never begun. */
  readonly isFree: boolean;
}

/** How far the work is. */
export interface Progress {
  readonly percent: number;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

const CLAIMED = `id, kind, image_id AS "imageId", author_id AS "authorId", input, attempts, max_attempts AS "maxAttempts"`;

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
  WHERE b.subject_id = ANY($1) AND 'operation:read' = ANY(r.scopes) AND ${BINDING_IS_LIVE}
    AND (b.image_id = i.id OR b.namespace_id = ANY(n.lineage))))`;

/** The only queries on operations. */
@Injectable()
export class OperationsRepository {
  constructor(
    private readonly database: Database,
    private readonly instance: InstanceLock,
  ) {}

  async insert({ kind, imageId, authorId, input, maxAttempts }: NewOperation): Promise<number> {
    const [row] = await this.database.query<{ id: number }>(
      `INSERT INTO operations (kind, image_id, author_id, input, max_attempts) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [kind, imageId, authorId, JSON.stringify(input), maxAttempts],
    );
    return row?.id ?? 0;
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

  /** Its status now; undefined where it is gone. */
  async findStatus(id: number): Promise<OperationStatus | undefined> {
    const rows = await this.database.lookUp<{ status: OperationStatus }>(
      'SELECT status FROM operations WHERE id = $1',
      [id],
    );
    return rows[0]?.status;
  }

  /** Takes a queued one for this process; null where it is not queued any more. */
  async claim(id: number): Promise<ClaimedOperation | null> {
    const [row] = await this.database.query<ClaimedOperation>(
      `WITH claimed AS (
         UPDATE operations SET status = 'running', attempts = attempts + 1, instance_id = $2, error = NULL,
           started_at = coalesce(started_at, now())
         WHERE id = $1 AND status = 'queued' AND cancel_requested_at IS NULL AND run_after <= now() RETURNING *)
       SELECT ${CLAIMED} FROM claimed`,
      [id, this.instance.id],
    );
    return row ?? null;
  }

  /**
   * Notes how far this process has come with an attempt of its own, and answers whether somebody wants it cancelled;
   * undefined where the work is not this process's any more.
   */
  async noteProgress(
    { id, attempts }: ClaimedOperation,
    { percent, doneBytes, totalBytes }: Progress,
  ): Promise<{ isCancelled: boolean } | undefined> {
    const [row] = await this.database.query<{ isCancelled: boolean }>(
      `WITH noted AS (
         UPDATE operations SET percent = $4, done_bytes = $5, total_bytes = $6 WHERE ${IS_OURS}
         RETURNING cancel_requested_at IS NOT NULL AS "isCancelled")
       SELECT * FROM noted`,
      [id, this.instance.id, attempts, percent, doneBytes, totalBytes],
    );
    return row;
  }

  /** Ends an attempt of this process's own. False where the work is not its any more. */
  async end({ id, attempts }: ClaimedOperation, status: OperationEnd, error: string | null): Promise<boolean> {
    const rows = await this.database.query(
      `WITH ended AS (
         UPDATE operations SET status = $4, error = $5, finished_at = now(),
           percent = CASE WHEN $4 = 'succeeded' THEN 100 ELSE percent END
         WHERE ${IS_OURS} RETURNING 1)
       SELECT * FROM ended`,
      [id, this.instance.id, attempts, status, error],
    );
    return rows.length === 1;
  }

  /** Puts an attempt of this process's own back into the queue. False where the work is not its any more. */
  async putBack({ id, attempts }: ClaimedOperation, { after, error, isFree }: PutBack): Promise<boolean> {
    const rows = await this.database.query(
      `WITH back AS (
         UPDATE operations SET status = 'queued', instance_id = NULL, run_after = $4, error = $5, percent = 0, done_bytes = 0,
           attempts = attempts - CASE WHEN $6 THEN 1 ELSE 0 END
         WHERE ${IS_OURS} RETURNING 1)
       SELECT * FROM back`,
      [id, this.instance.id, attempts, after, error, isFree],
    );
    return rows.length === 1;
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

  /** Locks those whose worker is gone, or is this process while they are not `active` in it, for the rest of the transaction. */
  lockLost(active: readonly number[]): Promise<(ClaimedOperation & { readonly isCancelled: boolean })[]> {
    return this.database.query(
      `SELECT ${CLAIMED}, cancel_requested_at IS NOT NULL AS "isCancelled" FROM operations
       WHERE status = 'running' AND (NOT ${instanceIsAlive('instance_id')} OR (instance_id = $1 AND id <> ALL($2::int[])))
       FOR UPDATE SKIP LOCKED`,
      [this.instance.id, active],
    );
  }

  /** What becomes of one whose worker is gone. */
  async settleLost(id: number, status: 'queued' | 'failed' | 'cancelled', error: string | null): Promise<void> {
    await this.database.query(
      `UPDATE operations SET status = $2, error = $3, instance_id = NULL, run_after = now(), percent = 0, done_bytes = 0,
         finished_at = CASE WHEN $2 = 'queued' THEN NULL ELSE now() END
       WHERE id = $1`,
      [id, status, error],
    );
  }

  /** Those that should be at work, or soon: a job may have been lost with the process that took it. */
  listDue(): Promise<Pick<ClaimedOperation, 'id' | 'kind'>[]> {
    return this.database.query(
      `SELECT id, kind FROM operations WHERE status = 'queued' AND run_after <= now() - interval '5 s'
       ORDER BY run_after LIMIT 1000`,
    );
  }
}

/** $1 is the operation, $2 this process, $3 the attempt: what another has taken over since is not ours. */
const IS_OURS = `id = $1 AND status = 'running' AND instance_id = $2 AND attempts = $3`;

import { Injectable } from '@nestjs/common';
import { Database, InstanceLock, instanceIsAlive } from '#platform/database';
import { LOCK_IMAGE } from './image-lock.js';
import type { ClaimedOperation, OperationEnd, OperationKind } from './operation.js';

/** How an attempt is left to another. */
export interface PutBack {
  readonly after: Date;
  /** Why, for people; null where nothing was wrong. */
  readonly error: string | null;
  /** Whether it counts as if it had never begun. */
  readonly isFree: boolean;
}

/** How many operations of a kind are done at once for one user. */
export type AuthorLimits = Partial<Record<OperationKind, number>>;

/** Any 32-bit number, the same for ever. */
const AUTHOR_LOCK = 0x44_59_4f_31;

/** How far the work is. */
export interface Progress {
  readonly percent: number;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

/** Of an operation `o`. */
const CLAIMED = `o.id, o.kind, o.image_id AS "imageId", o.author_id AS "authorId", o.input, o.attempts,
  o.max_attempts AS "maxAttempts"`;

/** $1 is the operation, $2 this process, $3 the attempt: what another has taken over since is not ours. */
const IS_OURS = `id = $1 AND status = 'running' AND instance_id = $2 AND attempts = $3`;

/** $1 is this process. */
const IS_SUSPECT = `o.status = 'running' AND (o.instance_id = $1 OR NOT ${instanceIsAlive('o.instance_id')})`;

/** One whose worker may be gone. */
export interface Suspect extends ClaimedOperation {
  readonly isCancelled: boolean;
}

/** Queries on operations for those who work on them. */
@Injectable()
export class OperationClaimsRepository {
  constructor(
    private readonly database: Database,
    private readonly instance: InstanceLock,
  ) {}

  /** Takes a queued one for this process; null where it is not queued any more, or its author has enough of its kind under way. */
  async claim(id: number, limits: AuthorLimits): Promise<ClaimedOperation | null> {
    // Those of one author are taken one after another, each counting the ones before.
    await this.database.query(
      'SELECT pg_advisory_xact_lock($3, author_id) FROM operations WHERE id = $1 AND kind = ANY($2)',
      [id, Object.keys(limits), AUTHOR_LOCK],
    );
    const [row] = await this.database.query<ClaimedOperation>(
      `WITH claimed AS (
         UPDATE operations o SET status = 'running', attempts = attempts + 1, instance_id = $2, error = NULL,
           started_at = coalesce(started_at, now())
         WHERE id = $1 AND status = 'queued' AND cancel_requested_at IS NULL AND run_after <= now()
           AND (NOT $3::jsonb ? kind OR ($3::jsonb ->> kind)::int > (
             SELECT count(*) FROM operations r
             WHERE r.status = 'running' AND r.kind = o.kind AND r.author_id = o.author_id)) RETURNING *)
       SELECT ${CLAIMED} FROM claimed o`,
      [id, this.instance.id, limits],
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

  /**
   * Puts an attempt of this process's own back into the queue. False where the work is not its any more, or somebody wants it
   * cancelled, and so nobody may go on.
   */
  async putBack({ id, attempts }: ClaimedOperation, { after, error, isFree }: PutBack): Promise<boolean> {
    const rows = await this.database.query(
      `WITH back AS (
         UPDATE operations SET status = 'queued', instance_id = NULL, run_after = $4, error = $5, percent = 0, done_bytes = 0,
           attempts = attempts - CASE WHEN $6 THEN 1 ELSE 0 END
         WHERE ${IS_OURS} AND cancel_requested_at IS NULL RETURNING 1)
       SELECT * FROM back`,
      [id, this.instance.id, attempts, after, error, isFree],
    );
    return rows.length === 1;
  }

  /** See `LOCK_IMAGE`. */
  async lockImage(id: number): Promise<void> {
    await this.database.query(LOCK_IMAGE, [id]);
  }

  /** Those at work whose worker is gone, or is this process. */
  async listSuspects(): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(`SELECT o.id FROM operations o WHERE ${IS_SUSPECT}`, [
      this.instance.id,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Locks those of these that are still so, and their images, for the rest of the transaction. */
  lockSuspects(ids: readonly number[]): Promise<Suspect[]> {
    return this.database.query(
      `SELECT ${CLAIMED}, o.cancel_requested_at IS NOT NULL AS "isCancelled"
       FROM operations o JOIN images i ON i.id = o.image_id
       WHERE ${IS_SUSPECT} AND o.id = ANY($2::int[]) FOR NO KEY UPDATE OF i, o SKIP LOCKED`,
      [this.instance.id, ids],
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

  /** The first ones of a user that may begin now, as far as this user's others let them. */
  async listDueOf(authorId: number, kind: OperationKind, limit: number): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM operations
       WHERE status = 'queued' AND run_after <= now() AND author_id = $1 AND kind = $2 AND cancel_requested_at IS NULL
       ORDER BY run_after, id LIMIT $3`,
      [authorId, kind, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Those that should be at work, or soon: a job may have been lost with the process that took it. */
  listDue(): Promise<Pick<ClaimedOperation, 'id' | 'kind'>[]> {
    return this.database.query(
      `SELECT id, kind FROM operations WHERE status = 'queued' AND run_after <= now() - interval '5 s'
       ORDER BY run_after LIMIT 1000`,
    );
  }
}

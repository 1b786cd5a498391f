import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { DiskKind } from '#domain/conversions';

/** What tells one version of a source's bytes from another, as far as it is known. */
export interface SourceVersion {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Of the bytes as they come, 64 hex digits; null where they have not come yet. */
  readonly sha256: string | null;
}

export interface NewDownloadSource {
  /** Who set the schedule, or might. */
  readonly authorId: number;
  readonly url: string;
  /** What the bytes are; undefined for QCOW2 as it is. */
  readonly disk?: DiskKind | undefined;
  /** Undefined for no schedule. */
  readonly everySeconds?: number | undefined;
}

/** Where an image came from, and what came last. */
export interface DownloadSource extends Pick<NewDownloadSource, 'authorId' | 'url'> {
  readonly author: string;
  readonly disk: DiskKind | null;
  readonly isScheduled: boolean;
  readonly known: SourceVersion;
}

/** $2 to $4 are a version. */
const SET_VERSION = `etag = $2, last_modified = $3, sha256 = decode($4, 'hex')`;

/** `result` is a parameter. A check that took longer than its interval is not followed by the next one at once. */
const setChecked = (result: string): string =>
  `last_checked_at = now(), last_result = ${result},
   next_check_at = CASE WHEN next_check_at <= now() THEN now() + make_interval(secs => every_seconds) ELSE next_check_at END`;

/** The only queries on where downloads come from, but for what an image shows of it and who changes its schedule. */
@Injectable()
export class DownloadSourcesRepository {
  constructor(private readonly database: Database) {}

  async insert(imageId: number, { authorId, url, disk, everySeconds }: NewDownloadSource): Promise<void> {
    await this.database.query(
      `INSERT INTO download_sources (image_id, author_id, url, disk, every_seconds, next_check_at)
       VALUES ($1, $2, $3, $4, $5::int, now() + make_interval(secs => $5::int))`,
      [imageId, authorId, url, disk ? JSON.stringify(disk) : null, everySeconds ?? null],
    );
  }

  async find(imageId: number): Promise<DownloadSource | undefined> {
    const [row] = await this.database.query<Omit<DownloadSource, 'known'> & SourceVersion>(
      `SELECT s.author_id AS "authorId", u.username AS author, s.url, s.disk, s.every_seconds IS NOT NULL AS "isScheduled",
              s.etag, s.last_modified AS "lastModified", encode(s.sha256, 'hex') AS sha256
       FROM download_sources s JOIN users u ON u.id = s.author_id WHERE s.image_id = $1`,
      [imageId],
    );
    if (!row) return undefined;
    const { etag, lastModified, sha256, ...source } = row;
    return { ...source, known: { etag, lastModified, sha256 } };
  }

  /**
   * Takes up to `limit` whose next check is due, in the caller's transaction, and sets the one after that. An image without
   * its bytes is not due yet, nor one that is being checked; and none is due to two processes.
   */
  async claimDue(limit: number): Promise<{ imageId: number; authorId: number; url: string }[]> {
    // The image is locked before what goes with it, as by whoever deletes it.
    return this.database.query(
      `WITH due AS (
         SELECT s.image_id FROM download_sources s JOIN images i ON i.id = s.image_id
         WHERE s.next_check_at <= now() AND i.status = 'available' AND NOT EXISTS (
           SELECT FROM operations o
           WHERE o.image_id = s.image_id AND o.kind = 'refresh' AND o.status IN ('queued', 'running'))
         ORDER BY s.next_check_at LIMIT $1 FOR NO KEY UPDATE OF i, s SKIP LOCKED),
       claimed AS (
         UPDATE download_sources s SET next_check_at = now() + make_interval(secs => s.every_seconds)
         FROM due WHERE s.image_id = due.image_id RETURNING s.image_id, s.author_id, s.url)
       SELECT image_id AS "imageId", author_id AS "authorId", url FROM claimed`,
      [limit],
    );
  }

  /** In the transaction that gives an image its bytes, last: what came, for each of these whom nobody is deleting. */
  async noteReceived(imageIds: readonly number[], { etag, lastModified, sha256 }: SourceVersion): Promise<void> {
    await this.database.query(
      `UPDATE download_sources s SET ${SET_VERSION}
       FROM (SELECT image_id FROM download_sources WHERE image_id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED) AS free
       WHERE s.image_id = free.image_id`,
      [imageIds, etag, lastModified, sha256],
    );
  }

  /** A check that found nothing new; `version` is what is there now. */
  async noteSame(imageId: number, { etag, lastModified, sha256 }: SourceVersion, result: string): Promise<void> {
    await this.database.query(`UPDATE download_sources SET ${SET_VERSION}, ${setChecked('$5')} WHERE image_id = $1`, [
      imageId,
      etag,
      lastModified,
      sha256,
      result,
    ]);
  }

  /** A check that came to nothing. */
  async noteFailed(imageId: number, reason: string): Promise<void> {
    await this.database.query(`UPDATE download_sources SET ${setChecked('$2')} WHERE image_id = $1`, [imageId, reason]);
  }

  /** A check that found `version` in the place of `before`; false where the schedule has ended, or another check found it. */
  async noteChanged(
    imageId: number,
    before: SourceVersion,
    { etag, lastModified, sha256 }: SourceVersion,
    result: string,
  ): Promise<boolean> {
    const rows = await this.database.query(
      `WITH changed AS (
         UPDATE download_sources SET ${SET_VERSION}, ${setChecked('$5')}
         WHERE image_id = $1 AND every_seconds IS NOT NULL AND sha256 IS NOT DISTINCT FROM decode($6, 'hex') RETURNING 1)
       SELECT * FROM changed`,
      [imageId, etag, lastModified, sha256, result, before.sha256],
    );
    return rows.length === 1;
  }
}

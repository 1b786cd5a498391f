import { Injectable } from '@nestjs/common';
import type { DiskFormat } from '#disk-formats';
import { Database, instanceIsAlive } from '#platform/database';

/** What was made of a blob in another format. */
export interface DerivedBlob {
  readonly storageKey: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly madeAt: Date;
}

/** Which one is meant: the blob's storage key, and the format. */
export interface DerivedKey {
  readonly blobKey: string;
  readonly format: DiskFormat;
}

/** Who makes one, and where it will be. */
export interface Maker {
  readonly operationId: number;
  readonly storageKey: string;
}

/** An image's bytes, as far as an export needs them. */
export interface ExportedBlob {
  readonly storageKey: string;
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
}

export interface EvictionRule {
  readonly maxAgeDays: number;
  readonly maxBytes: number;
  /** Nothing goes that was used so lately. */
  readonly graceSeconds: number;
}

/** The only queries on derived blobs. Whichever way a row goes, a trigger notes its bytes as discarded. */
@Injectable()
export class DerivedBlobsRepository {
  constructor(private readonly database: Database) {}

  /** A finished one, whose age begins anew; undefined where there is none. */
  async use({ blobKey, format }: DerivedKey): Promise<DerivedBlob | undefined> {
    const [row] = await this.database.query<DerivedBlob>(
      `WITH used AS (
         UPDATE derived_blobs SET used_at = now()
         WHERE blob_id = (SELECT id FROM blobs WHERE storage_key = $1) AND format = $2 AND made_at IS NOT NULL
         RETURNING storage_key, sha256, size_bytes, made_at)
       SELECT storage_key AS "storageKey", encode(sha256, 'hex') AS sha256, size_bytes::float8 AS "sizeBytes",
              made_at AS "madeAt" FROM used`,
      [blobKey, format],
    );
    return row;
  }

  /** Inside a transaction, until its end: nobody else asks for exports of the image. */
  async lockImage(imageId: number): Promise<void> {
    await this.database.query('SELECT 1 FROM images WHERE id = $1 FOR NO KEY UPDATE', [imageId]);
  }

  /** The operation on an image that makes the format, or will. */
  async findOperation(imageId: number, format: DiskFormat): Promise<number | undefined> {
    const [row] = await this.database.query<{ id: number }>(
      `SELECT id FROM operations WHERE image_id = $1 AND kind = 'export' AND input ->> 'format' = $2
         AND status IN ('queued', 'running') ORDER BY id LIMIT 1`,
      [imageId, format],
    );
    return row?.id;
  }

  async findBlob(imageId: number): Promise<ExportedBlob | undefined> {
    const [row] = await this.database.query<ExportedBlob>(
      `SELECT b.storage_key AS "storageKey", b.size_bytes::float8 AS "sizeBytes",
              b.virtual_size_bytes::float8 AS "virtualSizeBytes"
       FROM images i JOIN blobs b ON b.id = i.blob_id WHERE i.id = $1`,
      [imageId],
    );
    return row;
  }

  /**
   * Makes an operation the maker of one, unless it is made or a live operation is at it. What a maker left that came to
   * nothing is discarded. `gone` where the blob is.
   */
  claim({ blobKey, format }: DerivedKey, maker: Maker): Promise<'ours' | 'busy' | 'made' | 'gone'> {
    return this.database.transaction(async () => {
      const [blob] = await this.database.query<{ id: number }>(
        'SELECT id FROM blobs WHERE storage_key = $1 FOR NO KEY UPDATE',
        [blobKey],
      );
      if (!blob) return 'gone';
      const [found] = await this.database.query<{ isMade: boolean; isBusy: boolean }>(
        `SELECT made_at IS NOT NULL AS "isMade", EXISTS (
           SELECT FROM operations o WHERE o.id = d.operation_id AND o.id <> $3 AND o.status = 'running'
             AND ${instanceIsAlive('o.instance_id')}) AS "isBusy"
         FROM derived_blobs d WHERE blob_id = $1 AND format = $2`,
        [blob.id, format, maker.operationId],
      );
      if (found?.isMade) return 'made';
      if (found?.isBusy) return 'busy';
      await this.database.query('DELETE FROM derived_blobs WHERE blob_id = $1 AND format = $2', [blob.id, format]);
      await this.database.query(
        'INSERT INTO derived_blobs (blob_id, format, operation_id, storage_key) VALUES ($1, $2, $3, $4)',
        [blob.id, format, maker.operationId, maker.storageKey],
      );
      return 'ours';
    });
  }

  /** Inside the transaction that ends the work, before its bytes get their key: false where the blob is gone, or another has taken over. */
  async finish({ storageKey, sha256, sizeBytes }: Omit<DerivedBlob, 'madeAt'>): Promise<boolean> {
    const rows = await this.database.query(
      `WITH made AS (
         UPDATE derived_blobs SET sha256 = decode($2, 'hex'), size_bytes = $3, made_at = now(), used_at = now()
         WHERE storage_key = $1 AND made_at IS NULL RETURNING 1)
       SELECT * FROM made`,
      [storageKey, sha256, sizeBytes],
    );
    return rows.length === 1;
  }

  /** Removes those that nobody used for too long, and of the others the ones used longest ago that are too much. Their keys. */
  async evict({ maxAgeDays, maxBytes, graceSeconds }: EvictionRule): Promise<string[]> {
    // One that is used meanwhile has another used_at, and stays.
    const rows = await this.database.query<{ storageKey: string }>(
      `WITH ranked AS (
         SELECT blob_id, format, used_at,
                sum(size_bytes) OVER (ORDER BY used_at DESC, blob_id, format) AS bytes_so_far
         FROM derived_blobs WHERE made_at IS NOT NULL),
       gone AS (
         DELETE FROM derived_blobs d USING ranked r
         WHERE d.blob_id = r.blob_id AND d.format = r.format AND d.used_at = r.used_at
           AND d.used_at < now() - make_interval(secs => $3)
           AND (d.used_at < now() - make_interval(days => $1) OR r.bytes_so_far > $2)
         RETURNING d.storage_key)
       SELECT storage_key AS "storageKey" FROM gone`,
      [maxAgeDays, maxBytes, graceSeconds],
    );
    return rows.map(({ storageKey }) => storageKey);
  }
}

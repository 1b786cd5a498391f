import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { BlobFormat } from './blob.entity.js';

export interface NewBlob {
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
  readonly format: BlobFormat;
  readonly storageKey: string;
}

/** The only queries on blobs and on bytes that wait to be freed. */
@Injectable()
export class BlobsRepository {
  constructor(private readonly database: Database) {}

  /**
   * The blob with these bytes: the new one, or one that is there already, whose key then differs. Either way its row
   * is locked, so it cannot be released before this transaction's image refers to it.
   */
  async insertOrShare(blob: NewBlob): Promise<{ id: number; storageKey: string }> {
    const [row] = await this.database.query<{ id: number; storageKey: string }>(
      `INSERT INTO blobs (sha256, size_bytes, virtual_size_bytes, format, storage_key)
       VALUES (decode($1, 'hex'), $2, $3, $4, $5)
       ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256
       RETURNING id, storage_key AS "storageKey"`,
      [blob.sha256, blob.sizeBytes, blob.virtualSizeBytes, JSON.stringify(blob.format), blob.storageKey],
    );
    if (!row) throw new Error('a blob was neither inserted nor found');
    return row;
  }

  /**
   * Gives up a blob that no image refers to any more, with what was derived of it; returns the storage keys to free, noted
   * as discarded. The row lock comes first and the count in a statement of its own: what a push committed meanwhile is then seen.
   */
  async releaseIfUnused(id: number): Promise<string[]> {
    await this.database.query('SELECT 1 FROM blobs WHERE id = $1 FOR UPDATE', [id]);
    // The foreign key takes derived blobs along, whose own trigger discards their keys; they are read before that.
    const gone = await this.database.query<{ storageKey: string; isDerived: boolean }>(
      `WITH gone AS (
         DELETE FROM blobs WHERE id = $1 AND NOT EXISTS (SELECT FROM images WHERE blob_id = $1) RETURNING storage_key)
       SELECT storage_key AS "storageKey", false AS "isDerived" FROM gone
       UNION ALL
       SELECT storage_key, true FROM derived_blobs WHERE blob_id = $1 AND EXISTS (SELECT FROM gone)`,
      [id],
    );
    for (const { storageKey, isDerived } of gone) if (!isDerived) await this.discard(storageKey);
    return gone.map(({ storageKey }) => storageKey);
  }

  async discard(storageKey: string): Promise<void> {
    await this.database.query('INSERT INTO discarded_blobs (storage_key) VALUES ($1) ON CONFLICT DO NOTHING', [
      storageKey,
    ]);
  }

  async listDiscarded(): Promise<string[]> {
    const rows = await this.database.query<{ storageKey: string }>(
      'SELECT storage_key AS "storageKey" FROM discarded_blobs ORDER BY created_at LIMIT 10000',
    );
    return rows.map((row) => row.storageKey);
  }

  async forgetDiscarded(storageKey: string): Promise<void> {
    await this.database.query('DELETE FROM discarded_blobs WHERE storage_key = $1', [storageKey]);
  }
}

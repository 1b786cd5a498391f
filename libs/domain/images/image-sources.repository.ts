import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';

/** Bytes as they were sent, of which an image is to be made. */
export interface ImageSource {
  readonly storageKey: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The only queries on sources. Whichever way a row goes, its bytes go too: a trigger notes them as discarded. */
@Injectable()
export class ImageSourcesRepository {
  constructor(private readonly database: Database) {}

  async insert(imageId: number, { storageKey, sha256, sizeBytes }: ImageSource): Promise<void> {
    await this.database.query(
      `INSERT INTO image_sources (image_id, storage_key, sha256, size_bytes) VALUES ($1, $2, decode($3, 'hex'), $4)`,
      [imageId, storageKey, sha256, sizeBytes],
    );
  }

  async find(imageId: number): Promise<ImageSource | undefined> {
    const [row] = await this.database.query<ImageSource>(
      `SELECT storage_key AS "storageKey", encode(sha256, 'hex') AS sha256, size_bytes::float8 AS "sizeBytes"
       FROM image_sources WHERE image_id = $1`,
      [imageId],
    );
    return row;
  }

  /** Its storage key, to be freed; undefined where there was none. */
  async delete(imageId: number): Promise<string | undefined> {
    const [row] = await this.database.query<{ storageKey: string }>(
      `WITH gone AS (DELETE FROM image_sources WHERE image_id = $1 RETURNING storage_key)
       SELECT storage_key AS "storageKey" FROM gone`,
      [imageId],
    );
    return row?.storageKey;
  }
}

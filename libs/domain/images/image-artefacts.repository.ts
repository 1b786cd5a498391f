import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';

/**
 * What is kept beside an image's bytes: the root filesystem it was built with (an OCI archive), and of its last boot test what
 * the console printed (text) and the last screen (PNG).
 */
export type ArtefactKind = 'root-filesystem' | 'console' | 'screen';

/** One that is whole. */
export interface ImageArtefact {
  readonly storageKey: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly madeAt: Date;
}

/** The only queries on artefacts. Whichever way a row goes, its bytes go too: a trigger notes them as discarded. */
@Injectable()
export class ImageArtefactsRepository {
  constructor(private readonly database: Database) {}

  async find(imageId: number, kind: ArtefactKind): Promise<ImageArtefact | undefined> {
    const [row] = await this.database.query<ImageArtefact>(
      `SELECT storage_key AS "storageKey", encode(sha256, 'hex') AS sha256, size_bytes::float8 AS "sizeBytes",
              made_at AS "madeAt"
       FROM image_artefacts WHERE image_id = $1 AND kind = $2 AND made_at IS NOT NULL`,
      [imageId, kind],
    );
    return row;
  }

  /** Names the key of one that is yet to be made, so that its bytes are freed whatever happens. False where the image is gone. */
  async announce(imageId: number, kind: ArtefactKind, storageKey: string): Promise<boolean> {
    const rows = await this.database.query(
      `WITH new AS (
         INSERT INTO image_artefacts (image_id, kind, storage_key)
         SELECT id, $2, $3 FROM images WHERE id = $1 FOR KEY SHARE RETURNING 1)
       SELECT * FROM new`,
      [imageId, kind, storageKey],
    );
    return rows.length === 1;
  }

  /** Inside the transaction that ends the work: it takes the place of the one before. False where it is gone with its image. */
  async finish(
    storageKey: string,
    { sha256, sizeBytes }: Pick<ImageArtefact, 'sha256' | 'sizeBytes'>,
  ): Promise<boolean> {
    await this.database.query(
      `DELETE FROM image_artefacts old USING image_artefacts new
       WHERE new.storage_key = $1 AND old.image_id = new.image_id AND old.kind = new.kind AND old.made_at IS NOT NULL`,
      [storageKey],
    );
    const rows = await this.database.query(
      `WITH made AS (
         UPDATE image_artefacts SET sha256 = decode($2, 'hex'), size_bytes = $3, made_at = now()
         WHERE storage_key = $1 AND made_at IS NULL RETURNING 1)
       SELECT * FROM made`,
      [storageKey, sha256, sizeBytes],
    );
    return rows.length === 1;
  }

  /** One that came to nothing. */
  async forget(storageKey: string): Promise<void> {
    await this.database.query('DELETE FROM image_artefacts WHERE storage_key = $1 AND made_at IS NULL', [storageKey]);
  }

  /** Those that nobody has finished for a day. */
  async deleteStale(): Promise<void> {
    await this.database.query(
      `DELETE FROM image_artefacts WHERE made_at IS NULL AND announced_at < now() - interval '1 day'`,
    );
  }
}

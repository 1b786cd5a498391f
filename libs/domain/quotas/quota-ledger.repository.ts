import { Injectable } from '@nestjs/common';
import { Database, instanceIsAlive } from '#platform/database';
import { QUOTA_SUBJECTS, reserved, STANDING, used } from './quota.sql.js';
import type { Holdings, Standing } from './quota-view.js';

/** Where an image counts: against its owner, and against the tree it is in. */
export interface Place {
  readonly accountId?: number | undefined;
  readonly rootNamespaceId?: number | null | undefined;
}

/** What comes to another owner or tree: one image, or a tree with all in it. */
export type Arrival =
  { readonly imageId: number; readonly treeId?: undefined } | { readonly treeId: number; readonly imageId?: undefined };

/** Locked until the transaction ends. Of its subject one id is null. */
export interface LockedQuota {
  readonly id: number;
  readonly accountId: number | null;
  readonly namespaceId: number | null;
}

/** Of an upload whose process is gone. */
export interface UnfoundedReservation {
  readonly uploadId: string;
  readonly reservedBytes: number;
}

/** An upload's own quotas, by what its row says; the tree may not be there yet, and then has none. */
const OF_UPLOAD = `(q.account_id = p.user_id OR q.namespace_id = (
  SELECT n.id FROM namespaces n
  WHERE n.user_id = p.user_id AND lower(n.path) = split_part(p.namespace_path, '/', 1)))`;

const LOCKED = 'q.id, q.account_id AS "accountId", q.namespace_id AS "namespaceId"';

/** The only queries on reservations. */
@Injectable()
export class QuotaLedgerRepository {
  constructor(private readonly database: Database) {}

  /** Reserves without a look at anything else, where no quota says a word about the upload. False where one does. */
  async reserveUnlimited(uploadId: string, bytes: number): Promise<boolean> {
    const rows = await this.database.query(
      `WITH done AS (
         UPDATE uploads p SET reserved_bytes = $2
         WHERE p.id = $1 AND NOT EXISTS (SELECT FROM quotas q WHERE ${OF_UPLOAD}) RETURNING p.id)
       SELECT id FROM done`,
      [uploadId, bytes],
    );
    return rows.length > 0;
  }

  /** 1 for an upload whose image is not there yet, 0 for one that brings the bytes of an image that counts already. */
  async countNewImages(uploadId: string): Promise<number> {
    const [row] = await this.database.query<{ images: number }>(
      'SELECT adds_image::int AS images FROM uploads WHERE id = $1',
      [uploadId],
    );
    return row?.images ?? 0;
  }

  /** False where the upload is gone. */
  async reserve(uploadId: string, bytes: number): Promise<boolean> {
    const rows = await this.database.query(
      'WITH done AS (UPDATE uploads SET reserved_bytes = $2 WHERE id = $1 RETURNING id) SELECT id FROM done',
      [uploadId, bytes],
    );
    return rows.length > 0;
  }

  /** The quotas of an upload, locked until the transaction ends, in the one order that all locks are taken in. */
  lockOfUpload(uploadId: string): Promise<LockedQuota[]> {
    return this.database.query<LockedQuota>(
      `SELECT ${LOCKED} FROM quotas q WHERE EXISTS (SELECT FROM uploads p WHERE p.id = $1 AND ${OF_UPLOAD})
       ORDER BY q.id FOR NO KEY UPDATE`,
      [uploadId],
    );
  }

  /** As `lockOfUpload`, for where an image is. */
  lockOfPlace({ accountId, rootNamespaceId }: Place): Promise<LockedQuota[]> {
    return this.database.query<LockedQuota>(
      `SELECT ${LOCKED} FROM quotas q WHERE q.account_id = $1 OR q.namespace_id = $2 ORDER BY q.id FOR NO KEY UPDATE`,
      [accountId ?? null, rootNamespaceId ?? null],
    );
  }

  /** How a quota stands, all reservations but one upload's counted. Right for as long as it is locked. */
  measure({ id, accountId, namespaceId }: LockedQuota, exceptUploadId: string | null): Promise<Standing[]> {
    return this.database.query<Standing>(
      `SELECT ${STANDING} FROM (${QUOTA_SUBJECTS} WHERE q.id = $1) s, ${used('$3', '$4')},
              ${reserved('p.id IS DISTINCT FROM $2::uuid')}`,
      [id, exceptUploadId, accountId, namespaceId],
    );
  }

  /** Reservations that nobody works for. */
  listUnfounded(): Promise<UnfoundedReservation[]> {
    return this.database.query<UnfoundedReservation>(
      `SELECT id AS "uploadId", reserved_bytes::float8 AS "reservedBytes" FROM uploads
       WHERE reserved_bytes > 0 AND NOT ${instanceIsAlive('instance_id')} ORDER BY id`,
    );
  }

  /** What an image, or all of a tree, comes to. */
  async weigh({ imageId, treeId }: Arrival): Promise<Holdings> {
    const [row] = await this.database.query<Holdings>(
      `SELECT count(*)::float8 AS images, coalesce(sum(coalesce(b.size_bytes, f.size_bytes)), 0)::float8 AS bytes
       FROM images i LEFT JOIN blobs b ON b.id = i.blob_id LEFT JOIN image_sources f ON f.image_id = i.id
       WHERE i.id = $1 OR i.root_namespace_id = $2`,
      [imageId ?? null, treeId ?? null],
    );
    return row ?? { images: 0, bytes: 0 };
  }
}

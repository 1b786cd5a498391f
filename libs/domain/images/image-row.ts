import type { Scope } from '#kernel';
import type { UserSummary, Visibility } from '#domain/namespaces';
import { heldInNamespace, heldScopes } from '#domain/permissions';
import type { BlobFormat } from './blob.entity.js';
import type { Labels } from './image.entity.js';
import type { ImageStatus } from './image-status.js';
import type { ImageView } from './image-view.js';

/** In JSON, whose times are text. */
interface DownloadRow {
  readonly source: string;
  readonly error: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly refresh: {
    readonly everySeconds: number;
    readonly nextCheckAt: string;
    readonly lastCheckedAt: string | null;
    readonly lastResult: string | null;
  } | null;
}

/** One row of `IMAGE_VIEW`: flat, because PostgreSQL and the driver are fastest that way. */
export interface ImageRow {
  id: number;
  name: string;
  tag: string;
  description: string;
  labels: Labels;
  visibility: Visibility;
  protected: boolean;
  status: ImageStatus;
  status_reason: string | null;
  pulled_at: Date | null;
  pull_count: number;
  created_at: Date;
  updated_at: Date;
  author_id: number;
  /** Null where author and owner are one, as they mostly are. */
  author_username: string | null;
  author_email: string;
  author_created_at: Date;
  user_id: number;
  user_username: string;
  user_email: string;
  user_created_at: Date;
  namespace_id: number | null;
  namespace_root_id: number;
  namespace_parent_id: number | null;
  namespace_lineage: number[];
  namespace_name: string;
  namespace_path: string;
  namespace_description: string;
  namespace_visibility: Visibility;
  namespace_created_at: Date;
  namespace_updated_at: Date;
  blob_id: number | null;
  blob_size: string;
  blob_virtual_size: string;
  blob_sha256: string;
  blob_format: BlobFormat;
  blob_storage_key: string;
  /** Null for one that was not downloaded. */
  download: DownloadRow | null;
  tree_held: readonly Scope[];
  image_held: readonly Scope[];
}

/** SQL for the reference of an image `i` of the owner `o`, in the namespace `n` if any: what `formatReference` writes. */
export const IMAGE_REFERENCE = `(o.username || '/' || coalesce(n.path || '/', '') || i.name || ':' || i.tag)`;

/** How it came from another server; a join would cost the many that were pushed. */
const DOWNLOAD = `CASE WHEN i.operation_id IS NOT NULL THEN (
    SELECT jsonb_build_object('source', d.input ->> 'source', 'error', CASE WHEN d.finished_at IS NOT NULL THEN d.error END,
      'createdAt', d.created_at, 'startedAt', d.started_at, 'finishedAt', d.finished_at, 'refresh', (
        SELECT jsonb_build_object('everySeconds', s.every_seconds, 'nextCheckAt', s.next_check_at,
          'lastCheckedAt', s.last_checked_at, 'lastResult', s.last_result)
        FROM download_sources s WHERE s.image_id = i.id AND s.every_seconds IS NOT NULL))
    FROM operations d WHERE d.id = i.operation_id AND d.kind = 'download') END`;

/** Columns and joins of an image view, from an `images i`; `$1` is whose bindings count for the caller. */
export const IMAGE_VIEW = {
  columns: `
    i.id, i.name, i.tag, i.description, i.labels, i.visibility, i.protected, i.status, i.status_reason,
    i.pulled_at, i.pull_count, i.created_at, i.updated_at,
    i.author_id, a.username AS author_username, a.email AS author_email, a.created_at AS author_created_at,
    i.user_id, u.username AS user_username, u.email AS user_email, u.created_at AS user_created_at,
    i.namespace_id, n.root_id AS namespace_root_id, n.parent_id AS namespace_parent_id, n.lineage AS namespace_lineage, n.name AS namespace_name,
    n.path AS namespace_path, n.description AS namespace_description, n.visibility AS namespace_visibility,
    n.created_at AS namespace_created_at, n.updated_at AS namespace_updated_at,
    i.blob_id, b.size_bytes AS blob_size, b.virtual_size_bytes AS blob_virtual_size, encode(b.sha256, 'hex') AS blob_sha256,
    b.format AS blob_format, b.storage_key AS blob_storage_key, ${DOWNLOAD} AS download`,
  joins: `
    JOIN users u ON u.id = i.user_id
    LEFT JOIN users a ON a.id = i.author_id AND i.author_id <> i.user_id
    LEFT JOIN namespaces n ON n.id = i.namespace_id
    LEFT JOIN blobs b ON b.id = i.blob_id`,
} as const;

const NONE = `'{}'::text[]`;

/** PostgreSQL wants to see every parameter used. */
const NONE_FOR_CALLER = `CASE WHEN $1::int[] IS NOT NULL THEN ${NONE} END`;

/** What the caller's bindings give them; for callers who have none, no need to look. */
export const HELD = {
  bound: `, ${heldInNamespace('n.lineage')} AS tree_held, ${heldScopes('b.image_id = i.id')} AS image_held`,
  /** In lists only what the tree may say of itself depends on it. */
  boundInList: `, ${heldInNamespace('n.lineage')} AS tree_held, ${NONE} AS image_held`,
  none: `, ${NONE_FOR_CALLER} AS tree_held, ${NONE} AS image_held`,
} as const;

export function toImageView(row: ImageRow): ImageView {
  const user = {
    id: row.user_id,
    username: row.user_username,
    email: row.user_email,
    createdAt: row.user_created_at,
  };
  return {
    id: row.id,
    name: row.name,
    tag: row.tag,
    description: row.description,
    labels: row.labels,
    visibility: row.visibility,
    protected: row.protected,
    status: row.status,
    statusReason: row.status_reason,
    pulledAt: row.pulled_at,
    pullCount: row.pull_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    author: toAuthor(row) ?? user,
    user,
    namespace: toNamespace(row),
    blob: toBlob(row),
    download: toDownload(row),
    heldInTree: row.tree_held,
    heldOnImage: row.image_held,
  };
}

function toAuthor(row: ImageRow): UserSummary | null {
  if (row.author_username === null) return null;
  return {
    id: row.author_id,
    username: row.author_username,
    email: row.author_email,
    createdAt: row.author_created_at,
  };
}

function toNamespace(row: ImageRow): ImageView['namespace'] {
  if (row.namespace_id === null) return null;
  return {
    id: row.namespace_id,
    rootId: row.namespace_root_id,
    parentId: row.namespace_parent_id,
    lineage: row.namespace_lineage,
    name: row.namespace_name,
    path: row.namespace_path,
    description: row.namespace_description,
    visibility: row.namespace_visibility,
    createdAt: row.namespace_created_at,
    updatedAt: row.namespace_updated_at,
  };
}

function toDownload({ download }: ImageRow): ImageView['download'] {
  if (download === null) return null;
  const { source, error, createdAt, startedAt, finishedAt, refresh } = download;
  const moment = (text: string | null): Date | null => (text === null ? null : new Date(text));
  return {
    source,
    error,
    createdAt: new Date(createdAt),
    startedAt: moment(startedAt),
    finishedAt: moment(finishedAt),
    refresh: refresh && {
      ...refresh,
      nextCheckAt: new Date(refresh.nextCheckAt),
      lastCheckedAt: moment(refresh.lastCheckedAt),
    },
  };
}

function toBlob(row: ImageRow): ImageView['blob'] {
  if (row.blob_id === null) return null;
  return {
    sizeBytes: Number(row.blob_size),
    virtualSizeBytes: Number(row.blob_virtual_size),
    sha256: row.blob_sha256,
    format: row.blob_format,
    storageKey: row.blob_storage_key,
  };
}

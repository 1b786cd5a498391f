import { formatRefreshInterval, type ImageView, referenceOf, type RefreshView } from '#domain/images';
import { presentNamespace } from '../namespaces/namespace.presenter.js';
import { presentUserSummary } from '../users/user.presenter.js';
import type { ImageDownloadAnswer, ImageRefreshAnswer } from './image-download.schema.js';
import type { ImageFormatAnswer } from './image-format.schema.js';
import type { ImageAnswer } from './image.schema.js';

/** An image: the contract's fields (1.1), and after them our own. `base` is what URLs begin with. */
export function presentImage(image: ImageView, base: string): ImageAnswer {
  const { author, user, namespace, blob, download } = image;
  return {
    id: image.id,
    author_id: author.id,
    user_id: user.id,
    namespace_id: namespace?.id ?? null,
    driver: 'qemu',
    name: image.name,
    created_at: image.createdAt,
    url: `${base}/images/${image.id}`,
    author: presentUserSummary(author),
    user: presentUserSummary(user),
    namespace: namespace && presentNamespace(namespace, user, base),
    download: download && presentDownload(download),
    tag: image.tag,
    reference: referenceOf(image),
    status: image.status,
    status_reason: image.statusReason,
    description: image.description,
    labels: image.labels,
    visibility: image.visibility,
    protected: image.protected,
    size: blob?.sizeBytes ?? null,
    virtual_size: blob?.virtualSizeBytes ?? null,
    sha256: blob?.sha256 ?? null,
    format: blob && presentFormat(blob.format),
    updated_at: image.updatedAt,
    pulled_at: image.pulledAt,
    pull_count: image.pullCount,
  };
}

/** The contract's `download` (1.1), and whether it is refreshed. */
function presentDownload(download: NonNullable<ImageView['download']>): ImageDownloadAnswer {
  const { source, error, createdAt, startedAt, finishedAt, refresh } = download;
  return {
    source,
    error,
    created_at: createdAt,
    started_at: startedAt,
    finished_at: finishedAt,
    refresh: refresh && presentRefresh(refresh),
  };
}

function presentRefresh({ everySeconds, nextCheckAt, lastCheckedAt, lastResult }: RefreshView): ImageRefreshAnswer {
  return {
    every: formatRefreshInterval(everySeconds),
    next_check_at: nextCheckAt,
    last_checked_at: lastCheckedAt,
    last_result: lastResult,
  };
}

function presentFormat(format: NonNullable<ImageView['blob']>['format']): ImageFormatAnswer {
  return {
    type: 'qcow2',
    version: format.version,
    cluster_size: format.clusterSize,
    compression: format.compression,
    compressed_clusters: format.hasCompressedClusters,
    extended_l2: format.extendedL2,
  };
}

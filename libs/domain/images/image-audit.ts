import type { ByteRange } from '#platform/storage';
import { type AuditEntry, type AuditFacts, type AuditTarget, changedFacts } from '#domain/audit';
import type { Image } from './image.entity.js';
import { formatRefreshInterval } from './refresh-interval.js';
import { type BlobView, type ImageView, referenceOf } from './image-view.js';

export function auditTarget(image: ImageView): AuditTarget {
  return { kind: 'image', id: image.id, name: referenceOf(image) };
}

/** What is said of an image, and which bytes it has. */
export function auditFacts({ blob, ...image }: ImageView): AuditFacts {
  return { ...describedFacts(image), namespace: image.namespace?.path ?? null, ...bytesOf(blob) };
}

/** What of an image may change; undefined where a change does not name it. */
function describedFacts(image: Described): AuditFacts {
  return Object.fromEntries(DESCRIBED.map((name) => [name, image[name]]));
}

const DESCRIBED = ['name', 'tag', 'description', 'labels', 'visibility', 'protected'] as const;
type Described = Readonly<Partial<Record<(typeof DESCRIBED)[number], unknown>>>;

/**
 * What a change overwrites. `target` is the namespace it goes to: null for out of any, undefined where it stays.
 */
export function updateEntry(
  image: ImageView,
  row: Image,
  changes: Described & { readonly refresh?: string | null | undefined },
  target: { readonly path: string } | null | undefined,
): AuditEntry {
  const every = image.download?.refresh?.everySeconds;
  const refresh = every === undefined ? null : formatRefreshInterval(every);
  const before = { ...describedFacts(row), namespace: image.namespace?.path ?? null, refresh };
  const after = {
    ...describedFacts(changes),
    namespace: target === null ? null : target?.path,
    refresh: changes.refresh,
  };
  return { action: 'image.update', target: auditTarget(image), ...changedFacts(before, after) };
}

function bytesOf(blob: BlobView | null): AuditFacts {
  return blob ? { sha256: blob.sha256, size_bytes: blob.sizeBytes } : {};
}

/** A download of the whole, or of a part. */
export function downloadEntry(image: ImageView & { readonly blob: BlobView }, part?: ByteRange): AuditEntry {
  const { sha256, sizeBytes } = image.blob;
  const reason = part && `bytes ${part.offset}-${part.offset + part.length - 1}/${sizeBytes}`;
  return { action: 'image.download', target: auditTarget(image), reason, after: { sha256, size_bytes: sizeBytes } };
}

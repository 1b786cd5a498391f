import type { Principal, Scope } from '#kernel';
import { type AccessFacts, maySee, type UserSummary, type Visibility, widest } from '#domain/namespaces';
import type { BlobFormat } from './blob.entity.js';
import { formatReference } from './image-reference.js';
import type { Labels } from './image.entity.js';
import type { ImageStatus } from './image-status.js';

/** The bytes of an image. */
export interface BlobView {
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly format: BlobFormat;
  readonly storageKey: string;
}

/** How an image came, or comes, from another server. */
export interface DownloadView {
  /** Its URL, without secrets. */
  readonly source: string;
  /** Why it failed; null where it has not, so far. */
  readonly error: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Null where nobody looks for something new. */
  readonly refresh: RefreshView | null;
}

/** When its source is looked at for something new. */
export interface RefreshView {
  readonly everySeconds: number;
  readonly nextCheckAt: Date;
  readonly lastCheckedAt: Date | null;
  /** What came of that, for people. */
  readonly lastResult: string | null;
}

/** The namespace an image is in; its owner is the image's. */
export interface ImageNamespaceView {
  readonly id: number;
  readonly rootId: number;
  readonly parentId: number | null;
  /** See Namespace. */
  readonly lineage: readonly number[];
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An image with everything an answer or a decision needs, read in one statement. */
export interface ImageView {
  readonly id: number;
  readonly name: string;
  readonly tag: string;
  readonly description: string;
  readonly labels: Labels;
  readonly visibility: Visibility;
  readonly protected: boolean;
  readonly status: ImageStatus;
  readonly statusReason: string | null;
  readonly pulledAt: Date | null;
  readonly pullCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly author: UserSummary;
  readonly user: UserSummary;
  readonly namespace: ImageNamespaceView | null;
  readonly blob: BlobView | null;
  /** Null for one that was not downloaded. */
  readonly download: DownloadView | null;
  /** What the caller's bindings give them on the namespace the image is in, and above it. */
  readonly heldInTree: readonly Scope[];
  /** What their bindings on the image itself give them. */
  readonly heldOnImage: readonly Scope[];
}

/** What decides who may do what with it: an image is as open as the more open of itself and its tree. */
export function imageFacts(image: ImageView): AccessFacts {
  return {
    ownerId: image.user.id,
    visibility: widest(image.visibility, image.namespace?.visibility ?? 'private'),
    held: [...image.heldInTree, ...image.heldOnImage],
    at: { lineage: image.namespace?.lineage ?? [], imageId: image.id },
  };
}

/** An image that is open by itself tells strangers where it is, but not what its closed tree says of itself. */
export function asSeenBy(principal: Principal, image: ImageView): ImageView {
  const { namespace, user, heldInTree: held } = image;
  if (!namespace) return image;
  const { visibility, lineage } = namespace;
  if (maySee(principal, 'namespace:read', { ownerId: user.id, visibility, held, at: { lineage } })) return image;
  return { ...image, namespace: { ...namespace, description: '' } };
}

export function referenceOf({ user, namespace, name, tag }: ImageView): string {
  return formatReference(user.username, namespace?.path ?? null, name, tag);
}

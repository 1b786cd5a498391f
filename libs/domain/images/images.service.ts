import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, mayEverywhere, type Page, type Principal } from '#kernel';
import { BlobStore, type ByteRange } from '#platform/storage';
import { AuditTrail } from '#domain/audit';
import { maySee, NamespacesService } from '#domain/namespaces';
import { may } from '#domain/permissions';
import { SharedBlobs } from './shared-blobs.js';
import type { ImageListQuery } from './image-list-query.js';
import { imagesOfNamespace, rowsAhead } from './image-list.sql.js';
import type { ImageKey, ImageReference } from './image-reference.js';
import { auditFacts, auditTarget, downloadEntry } from './image-audit.js';
import { asSeenBy, type BlobView, imageFacts, type ImageView } from './image-view.js';
import { fromStorage, imageMoved, imageNameTaken, imageNotFound, mayNot } from './images.errors.js';
import { ImagesRepository } from './images.repository.js';

/** An image whose bytes may be read. */
export interface ReadableImage extends ImageView {
  readonly blob: BlobView;
}

/** Finding, reading and deleting images. */
@Injectable()
export class ImagesService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly namespaces: NamespacesService,
    private readonly blobs: SharedBlobs,
    private readonly store: BlobStore,
    private readonly audit: AuditTrail,
  ) {}

  /** What the caller or a team of theirs owns, or has a role on, and with `includePublic` what is public. */
  async list(principal: AuthenticatedPrincipal, query: ImageListQuery): Promise<Page<ImageView>> {
    // Who may read everywhere and asks for one owner's or one namespace's images sees all of them.
    const named = query.filters.owner !== undefined || query.filters.namespace !== undefined;
    const scope = mayEverywhere(principal, 'image:read') && named ? 'everything' : 'member';
    const rows = await this.images.list(principal, scope, query);
    return toPage(
      rows.map((row) => asSeenBy(principal, row)),
      query,
    );
  }

  /** What the caller owns, and with `includePublic` what is public; no role or team adds to it. */
  async listOwn(principal: AuthenticatedPrincipal, query: ImageListQuery): Promise<Page<ImageView>> {
    const rows = await this.images.list(principal, 'own', query);
    return toPage(
      rows.map((row) => asSeenBy(principal, row)),
      query,
    );
  }

  /** How many images `listOwn` gives in all. */
  countOwn(
    principal: AuthenticatedPrincipal,
    query: Pick<ImageListQuery, 'filters' | 'includePublic'>,
  ): Promise<number> {
    return this.images.countOwn(principal, query);
  }

  /** Whether any image, also one that failed, has this derived id. Tells of images that the caller may not see. */
  isDerivedIdTaken(id: string): Promise<boolean> {
    return this.images.derivedIdExists(id);
  }

  /**
   * In the transaction that makes an image: sees to it that no other has this derived id, nor gets it at the same moment.
   * @throws ReferenceTakenError
   */
  async claimDerivedId(id: string, imageId: number): Promise<void> {
    await this.images.lockDerivedId(id);
    if (await this.images.derivedIdExists(id, imageId)) throw imageNameTaken();
  }

  /** The images of one namespace. @throws DomainError `not_found` where the caller may not see it */
  async listOfNamespace(
    principal: Principal,
    owner: string,
    path: string,
    query: ImageListQuery,
  ): Promise<Page<ImageView>> {
    return toPage(await this.namespaces.listContents(principal, owner, path, imagesOfNamespace(query)), query);
  }

  /** Undefined also for one that the caller may not see. */
  async find(principal: Principal, reference: ImageKey | undefined): Promise<ImageView | undefined> {
    const image = reference && (await this.images.findView(principal, reference));
    return image && maySee(principal, 'image:read', imageFacts(image)) ? asSeenBy(principal, image) : undefined;
  }

  /** @throws DomainError `not_found`, also for one that the caller may not see */
  async get(principal: Principal, reference: ImageKey | undefined): Promise<ImageView> {
    const image = await this.find(principal, reference);
    if (!image) throw imageNotFound();
    return image;
  }

  /**
   * As `get`; it stays where it is, and whose it is, until the transaction ends. Locks go from the tree to the image.
   * @throws DomainError `conflict` where it was moved meanwhile
   */
  async hold(principal: Principal, reference: ImageReference | undefined): Promise<ImageView> {
    const { id, namespace } = await this.get(principal, reference);
    if (namespace) await this.namespaces.holdTree(namespace.rootId);
    await this.images.hold(id);
    const held = await this.get(principal, reference);
    if (held.id !== id || held.namespace?.rootId !== namespace?.rootId) throw imageMoved();
    return held;
  }

  /** @throws DomainError `not_found`, also where the image has no bytes yet */
  async getReadable(principal: Principal, reference: ImageReference | undefined): Promise<ReadableImage> {
    const image = await this.get(principal, reference);
    if (image.status !== 'available' || !image.blob) {
      throw new DomainError('not_found', `The image has no file yet: it is ${image.status}`);
    }
    return { ...image, blob: image.blob };
  }

  /** Streams an image's bytes or a part of them, of which the first are there. @throws DomainError `not_found`, `storage_unavailable` */
  async open({ blob }: ReadableImage, range?: ByteRange): Promise<Readable> {
    try {
      const bytes = await this.store.open(blob.storageKey, range);
      await once(bytes, 'readable'); // what cannot be read fails here, while it can still be told
      return bytes;
    } catch (error) {
      throw fromStorage(error);
    }
  }

  /** Notes that somebody downloads it, or a part of it; a part from further on is a download that was resumed. */
  async recordPull(principal: Principal, image: ReadableImage, part?: ByteRange): Promise<void> {
    const isNew = (part?.offset ?? 0) === 0;
    await Promise.all([
      isNew ? this.images.recordPull(image.id) : undefined,
      this.audit.record(principal, downloadEntry(image, part)),
    ]);
  }

  /** Frees its bytes too, unless another image has the same. @throws DomainError `not_found`, `forbidden`, `conflict` (protected) */
  async delete(principal: Principal, reference: ImageKey | undefined): Promise<void> {
    const image = await this.get(principal, reference);
    if (!may(principal, 'image:delete', imageFacts(image))) throw mayNot('delete');
    const freed = await this.audit.transaction(async () => {
      const row = await this.images.lock(image.id);
      if (row?.userId !== image.user.id) throw imageNotFound(); // gone, or somebody else's since
      if (row.protected) {
        throw new DomainError('conflict', 'The image is protected; set "protected" to false before you delete it');
      }
      const source = row.blobId === null ? await this.blobs.releaseSource(row.id) : [];
      await this.images.delete(row.id);
      await this.audit.record(principal, {
        action: 'image.delete',
        target: auditTarget(image),
        before: auditFacts(image),
      });
      return row.blobId === null ? source : this.blobs.releaseIfUnused(row.blobId);
    });
    for (const key of freed) await this.blobs.purge(key);
  }
}

/** Cuts what was read for a page to what stands on it. */
function toPage(rows: readonly ImageView[], query: ImageListQuery): Page<ImageView> {
  const { slice, limit } = query;
  // The surplus row stands on the far side: first when the page was read backwards from a position.
  if (slice.kind === 'before') {
    const more = rows.length > limit;
    return { items: more ? rows.slice(1) : rows, hasPrevious: more, hasNext: true };
  }
  const ahead = rowsAhead(query);
  const hasPrevious = slice.kind === 'after' || (ahead > 0 && rows.length > 0);
  return { items: rows.slice(ahead, ahead + limit), hasPrevious, hasNext: rows.length > ahead + limit };
}

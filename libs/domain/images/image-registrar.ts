import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { type AuditFacts, AuditTrail } from '#domain/audit';
import { type NamespaceTarget, NamespaceTrees } from '#domain/namespaces';
import type { Place } from '#domain/quotas';
import { SharedBlobs } from './shared-blobs.js';
import type { NewBlob } from './blobs.repository.js';
import { imageNameTaken, imageNotFound } from './images.errors.js';
import { ImagesRepository, type UnfilledImage } from './images.repository.js';
import type { CheckedImage } from './new-image.js';
import { UploadReservations } from './upload-reservations.js';

export interface Registration {
  readonly uploadId: string;
  readonly image: CheckedImage;
  readonly target: NamespaceTarget | undefined;
  readonly blob: NewBlob;
}

/** An image that is to be there before its bytes. */
export interface PendingImage extends Pick<Registration, 'image' | 'target'> {
  /** What the audit trail says of where they come from. */
  readonly facts: AuditFacts;
  /** What was received for it already. */
  readonly upload?: { readonly id: string; readonly sizeBytes: number };
  /** Runs in the transaction that makes the image, given its id, and answers the operation's. */
  readonly enqueue: (imageId: number) => Promise<number>;
}

interface NewRow extends Pick<PendingImage, 'image' | 'target' | 'facts'> {
  readonly blobId: number | null;
}

/** The one transaction that makes an image: its namespace, its blob, its row, and the end of its upload; or none of them. */
@Injectable()
export class ImageRegistrar {
  constructor(
    private readonly images: ImagesRepository,
    private readonly blobs: SharedBlobs,
    private readonly reservations: UploadReservations,
    private readonly trees: NamespaceTrees,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Returns the image's id. Where the same bytes were there already, the new copy of them is freed.
   * @throws DomainError `invalid` (the name was taken meanwhile), `not_found` (its owner or author was deleted), `conflict` (the upload was given up meanwhile),
   *   `quota_exceeded` (a limit was lowered meanwhile)
   */
  async register(principal: AuthenticatedPrincipal, registration: Registration): Promise<number> {
    const { uploadId, image, target, blob } = registration;
    const { id, surplusKey } = await this.allOrNone(async () => {
      await this.reservations.end(uploadId);
      const { blobId, surplusKey } = await this.blobs.add(blob);
      const { id, place } = await this.insert(principal, { image, target, blobId, facts: factsOf(blob) });
      await this.reservations.settle(place, blob.sizeBytes);
      return { id, surplusKey };
    });
    if (surplusKey !== undefined) await this.purge(surplusKey);
    return id;
  }

  /**
   * In the transaction that ends the work on an image which waits for its bytes: gives it these. The answer is what to
   * purge after.
   * @throws DomainError `not_found` where the image was deleted meanwhile, `conflict`, `quota_exceeded`
   */
  async fill(image: UnfilledImage, uploadId: string, blob: NewBlob): Promise<string | undefined> {
    await this.reservations.end(uploadId);
    const { blobId, surplusKey } = await this.blobs.add(blob);
    const row = await this.images.lock(image.id);
    if (!row) throw imageNotFound();
    await this.images.update(image.id, { blobId }); // first: none is available without
    if (!(await this.images.move(image.id, 'available', null))) throw imageNotFound();
    await this.reservations.settle({ accountId: row.userId, rootNamespaceId: row.rootNamespaceId }, blob.sizeBytes);
    await this.audit.record(
      { kind: 'worker', userId: image.authorId, username: image.author },
      { action: 'image.fill', target: { kind: 'image', id: image.id, name: image.reference }, after: factsOf(blob) },
    );
    return surplusKey;
  }

  /** Frees a copy of bytes that were there already. Never throws. */
  purge(surplusKey: string): Promise<void> {
    return this.blobs.purge(surplusKey);
  }

  /** Makes an image that waits for its bytes, with the operation that brings them. Its id. @throws DomainError as `register` */
  registerPending(principal: AuthenticatedPrincipal, pending: PendingImage): Promise<number> {
    const { image, target, facts, upload, enqueue } = pending;
    return this.allOrNone(async () => {
      if (upload) await this.reservations.end(upload.id);
      const { id, place } = await this.insert(principal, { image, target, blobId: null, facts });
      await this.images.update(id, { operationId: await enqueue(id) });
      await this.reservations.settle(place, upload?.sizeBytes ?? 0);
      return id;
    });
  }

  private async allOrNone<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.audit.transaction(work);
    } catch (error) {
      throw violatedUniqueConstraint(error) === 'images_reference_key' ? imageNameTaken() : error;
    }
  }

  /** The row, in a namespace that is made with it if it is not there. */
  private async insert(
    principal: AuthenticatedPrincipal,
    { image, target, blobId, facts }: NewRow,
  ): Promise<{ id: number; place: Place }> {
    const { name, tag, visibility = 'private' } = image;
    const node = target && (await this.trees.materialise(principal, target));
    const userId = node?.userId ?? principal.userId;
    if (!(await this.trees.holdAccounts([principal.userId, userId]))) throw imageNotFound();
    const key = { userId, namespaceId: node?.id ?? null, name, tag };
    await this.images.deleteFailed(key);
    const id = await this.images.insert({
      ...key,
      authorId: principal.userId,
      rootNamespaceId: node?.rootId ?? null,
      visibility,
      isPublic: visibility === 'public' || node?.visibility === 'public',
      status: blobId === null ? 'pending' : 'available',
      blobId,
    });
    const where = node ? `${node.user.username}/${node.path}` : principal.username;
    await this.audit.record(principal, {
      action: 'image.create',
      target: { kind: 'image', id, name: `${where}/${name}:${tag}` },
      after: facts,
    });
    return { id, place: { accountId: userId, rootNamespaceId: node?.rootId } };
  }
}

function factsOf({ sha256, sizeBytes }: NewBlob): AuditFacts {
  return { sha256, size_bytes: sizeBytes };
}

import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { AuditTrail } from '#domain/audit';
import { type NamespaceTarget, NamespaceTrees } from '#domain/namespaces';
import { SharedBlobs } from './shared-blobs.js';
import type { NewBlob } from './blobs.repository.js';
import { imageNameTaken, imageNotFound } from './images.errors.js';
import { ImagesRepository } from './images.repository.js';
import type { CheckedImage } from './new-image.js';
import { UploadReservations } from './upload-reservations.js';

export interface Registration {
  readonly uploadId: string;
  readonly image: CheckedImage;
  readonly target: NamespaceTarget | undefined;
  readonly blob: NewBlob;
}

interface Registered {
  readonly id: number;
  readonly surplusKey: string | undefined;
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
    const { id, surplusKey } = await this.insertAllOrNone(principal, registration);
    if (surplusKey !== undefined) await this.blobs.purge(surplusKey);
    return id;
  }

  private async insertAllOrNone(principal: AuthenticatedPrincipal, registration: Registration): Promise<Registered> {
    try {
      return await this.audit.transaction(() => this.insertAll(principal, registration));
    } catch (error) {
      throw violatedUniqueConstraint(error) === 'images_reference_key' ? imageNameTaken() : error;
    }
  }

  private async insertAll(
    principal: AuthenticatedPrincipal,
    { uploadId, image, target, blob }: Registration,
  ): Promise<Registered> {
    await this.reservations.end(uploadId);
    const node = target && (await this.trees.materialise(principal, target));
    if (!(await this.images.usersRemain([principal.userId, node?.userId ?? principal.userId]))) throw imageNotFound();
    const { blobId, surplusKey } = await this.blobs.add(blob);
    const accountId = node?.userId ?? principal.userId;
    const id = await this.images.insert({
      userId: accountId,
      authorId: principal.userId,
      namespaceId: node?.id ?? null,
      rootNamespaceId: node?.rootId ?? null,
      name: image.name,
      tag: image.tag,
      isPublic: node?.visibility === 'public',
      status: 'available',
      blobId,
    });
    await this.reservations.settle({ accountId, rootNamespaceId: node?.rootId }, blob.sizeBytes);
    const where = node ? `${node.user.username}/${node.path}` : principal.username;
    await this.audit.record(principal, {
      action: 'image.create',
      target: { kind: 'image', id, name: `${where}/${image.name}:${image.tag}` },
      after: { sha256: blob.sha256, size_bytes: blob.sizeBytes },
    });
    return { id, surplusKey };
  }
}

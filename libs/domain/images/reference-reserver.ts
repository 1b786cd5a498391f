import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { InstanceLock, violatedUniqueConstraint } from '#platform/database';
import type { NamespaceTarget } from '#domain/namespaces';
import { beingFilled, beingPushed, imageNameTaken } from './images.errors.js';
import { ImagesRepository, type UnfilledImage } from './images.repository.js';
import type { CheckedImage, NewImage } from './new-image.js';
import type { Upload } from './upload.entity.js';
import { UploadReservations } from './upload-reservations.js';
import { UploadSettler } from './upload-settler.js';
import { UploadsRepository } from './uploads.repository.js';

export type Reservation = Pick<Upload, 'id' | 'storageKey'>;

type UploadKey = Pick<Upload, 'userId' | 'namespacePath' | 'name' | 'tag'>;
type UploadRow = Omit<Upload, 'createdAt' | 'reservedBytes'>;

/** Sees to it that a push hears before it sends a byte of another one of its reference, and of quotas that have no room. */
@Injectable()
export class ReferenceReserver {
  constructor(
    private readonly images: ImagesRepository,
    private readonly uploads: UploadsRepository,
    private readonly reservations: UploadReservations,
    private readonly settler: UploadSettler,
    private readonly instance: InstanceLock,
  ) {}

  /** @throws DomainError `invalid` where an image, or a push under way, has the reference; `quota_exceeded` */
  async reserve(
    principal: AuthenticatedPrincipal,
    image: CheckedImage,
    target: NamespaceTarget | undefined,
    { id, storageKey }: Reservation,
  ): Promise<void> {
    const key = await this.unusedKey(principal, image, target);
    const row = { id, storageKey, ...key, authorId: principal.userId, instanceId: this.instance.id, addsImage: true };
    if (!(await this.insert(row, key))) throw beingPushed();
    await this.reservations.begin(id, image.declaredSizeBytes);
  }

  /** @throws DomainError `invalid` where an image, or a push under way, has the reference */
  async assertFree(
    principal: AuthenticatedPrincipal,
    image: CheckedImage,
    target: NamespaceTarget | undefined,
  ): Promise<void> {
    const key = await this.unusedKey(principal, image, target);
    if (!(await this.settler.undoIfDead(key))) throw beingPushed();
  }

  /** For the bytes of an image that is there without any. @throws DomainError `quota_exceeded`; `conflict` where another has them already */
  async reserveFor(
    { userId, authorId, namespacePath, name, tag }: UnfilledImage,
    { id, storageKey, declaredSizeBytes }: Reservation & Pick<NewImage, 'declaredSizeBytes'>,
  ): Promise<void> {
    const key = { userId, namespacePath, name, tag };
    const row = { id, storageKey, ...key, authorId, instanceId: this.instance.id, addsImage: false };
    if (!(await this.insert(row, key))) throw beingFilled();
    await this.reservations.begin(id, declaredSizeBytes);
  }

  private async unusedKey(
    { userId }: AuthenticatedPrincipal,
    { name, tag }: CheckedImage,
    target: NamespaceTarget | undefined,
  ): Promise<UploadKey> {
    const key = { userId: target?.ownerId ?? userId, namespacePath: target?.key ?? '', name, tag };
    if (await this.images.referenceExists(key.userId, key.namespacePath, name, tag)) throw imageNameTaken();
    return key;
  }

  /** False where another upload has the reference. */
  private async insert(row: UploadRow, key: UploadKey): Promise<boolean> {
    if (await this.tryInsert(row)) return true;
    return (await this.settler.undoIfDead(key)) && this.tryInsert(row);
  }

  private async tryInsert(row: UploadRow): Promise<boolean> {
    try {
      await this.uploads.insert(row);
      return true;
    } catch (error) {
      if (violatedUniqueConstraint(error) !== 'uploads_reference_key') throw error;
      return false;
    }
  }
}

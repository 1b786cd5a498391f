import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { InstanceLock, violatedUniqueConstraint } from '#platform/database';
import type { NamespaceTarget } from '#domain/namespaces';
import { beingPushed, imageNameTaken } from './images.errors.js';
import { ImagesRepository } from './images.repository.js';
import type { CheckedImage } from './new-image.js';
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
    { name, tag, declaredSizeBytes }: CheckedImage,
    target: NamespaceTarget | undefined,
    { id, storageKey }: Reservation,
  ): Promise<void> {
    const key = { userId: target?.ownerId ?? principal.userId, namespacePath: target?.key ?? '', name, tag };
    if (await this.images.referenceExists(key.userId, key.namespacePath, name, tag)) throw imageNameTaken();
    const row = { id, storageKey, ...key, authorId: principal.userId, instanceId: this.instance.id };
    await this.insert(row, key);
    await this.reservations.begin(id, declaredSizeBytes);
  }

  private async insert(row: UploadRow, key: UploadKey): Promise<void> {
    if (await this.tryInsert(row)) return;
    const freed = await this.settler.undoIfDead(key);
    if (!freed || !(await this.tryInsert(row))) throw beingPushed();
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

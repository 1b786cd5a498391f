import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { type Place, QuotaLedger } from '#domain/quotas';
import { UploadsRepository } from './uploads.repository.js';

/** The first step of a push that does not say how much will come; each further one doubles it. */
const FIRST_STEP_BYTES = 1024 ** 2;
const LARGEST_STEP_BYTES = 64 * 1024 ** 2;

/** What an upload holds of its owner's and its tree's quotas, from before its first byte until it is an image. */
@Injectable()
export class UploadReservations {
  constructor(
    private readonly ledger: QuotaLedger,
    private readonly uploads: UploadsRepository,
  ) {}

  /** Before any byte: all that was declared, else a first step. @throws DomainError `quota_exceeded` */
  async begin(uploadId: string, declaredSizeBytes: number | undefined): Promise<void> {
    const neededBytes = declaredSizeBytes ?? 1;
    await this.ledger.reserve(uploadId, { neededBytes, wantedBytes: declaredSizeBytes ?? FIRST_STEP_BYTES });
  }

  /**
   * Once `receivedBytes` have come; returns how many may have come before it wants to be asked again.
   * @throws DomainError `quota_exceeded`, `conflict`
   */
  grow(uploadId: string, receivedBytes: number): Promise<number> {
    const step = Math.min(Math.max(receivedBytes, FIRST_STEP_BYTES), LARGEST_STEP_BYTES);
    return this.ledger.reserve(uploadId, { neededBytes: receivedBytes, wantedBytes: receivedBytes + step });
  }

  /** Inside the registering transaction, first: ends the upload. @throws DomainError `conflict` where it was given up */
  async end(uploadId: string): Promise<void> {
    if (await this.uploads.delete(uploadId)) return;
    throw new DomainError('conflict', 'The server lost track of this upload; send it again');
  }

  /** Inside the registering transaction, last: the exact size counts. @throws DomainError `quota_exceeded` */
  settle(place: Place, sizeBytes: number): Promise<void> {
    return this.ledger.assertSettled(place, sizeBytes);
  }
}

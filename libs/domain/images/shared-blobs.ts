import { Injectable, Logger } from '@nestjs/common';
import { BlobStore } from '#platform/storage';
import { BlobsRepository, type NewBlob } from './blobs.repository.js';
import { ImageSourcesRepository } from './image-sources.repository.js';

/**
 * Bytes that several images may share: one blob for identical ones, freed when no image needs it any more. Both are
 * decided in the database, with the transaction; freeing is done in the store, after it.
 */
@Injectable()
export class SharedBlobs {
  private readonly logger = new Logger(SharedBlobs.name);

  constructor(
    private readonly blobs: BlobsRepository,
    private readonly sources: ImageSourcesRepository,
    private readonly store: BlobStore,
  ) {}

  /** Inside a transaction: takes in new bytes; where they were there already, the second copy's key is what to purge after. */
  async add(blob: NewBlob): Promise<{ blobId: number; surplusKey: string | undefined }> {
    const { id, storageKey } = await this.blobs.insertOrShare(blob);
    if (storageKey === blob.storageKey) return { blobId: id, surplusKey: undefined };
    await this.blobs.discard(blob.storageKey);
    return { blobId: id, surplusKey: blob.storageKey };
  }

  /**
   * Inside the transaction that deletes an image, after that: gives its blob up if nothing refers to it any more. The
   * answer is what to purge after commit.
   */
  async releaseIfUnused(blobId: number): Promise<readonly string[]> {
    return this.blobs.releaseIfUnused(blobId);
  }

  /** Inside the transaction that deletes an image without a blob, before that: as `releaseIfUnused`, of its source. */
  async releaseSource(imageId: number): Promise<readonly string[]> {
    const key = await this.sources.delete(imageId);
    return key === undefined ? [] : [key];
  }

  /** Frees one discarded key. A store that does not answer is asked again by the next sweep. */
  async purge(storageKey: string): Promise<void> {
    try {
      await this.store.delete(storageKey);
      await this.blobs.forgetDiscarded(storageKey);
    } catch (error) {
      this.logger.warn({ err: error, storageKey }, 'could not free discarded bytes; the next sweep tries again');
    }
  }

  /** Frees whatever is discarded. */
  async purgeAll(): Promise<void> {
    for (const key of await this.blobs.listDiscarded()) await this.purge(key);
  }
}

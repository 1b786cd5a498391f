import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { BlobStore } from '#platform/storage';
import { type ImageSource, ImageSourcesRepository } from './image-sources.repository.js';
import { SharedBlobs } from './shared-blobs.js';

/** A source that somebody works on. */
export interface OpenSource extends ImageSource {
  read(): Promise<Readable>;
  /** Makes it a local file, for reading only. */
  lend(path: string): Promise<void>;
}

/**
 * Bytes that are no image yet, kept as they were sent until an operation has made one of them. They count against quotas
 * as an image's bytes do, and are freed in the transaction that makes the image, or deletes it.
 */
@Injectable()
export class ImageSourcesService {
  constructor(
    private readonly sources: ImageSourcesRepository,
    private readonly blobs: SharedBlobs,
    private readonly store: BlobStore,
  ) {}

  /** @throws DomainError `not_found` */
  async get(imageId: number): Promise<OpenSource> {
    const source = await this.sources.find(imageId);
    if (!source) throw new DomainError('not_found', 'The bytes that were sent are gone; send them again');
    const { storageKey } = source;
    return {
      ...source,
      read: () => this.store.open(storageKey),
      lend: (path) => this.store.lend(storageKey, path),
    };
  }

  /** Inside the transaction that makes the image; to be followed by `purge` after it. */
  async release(imageId: number): Promise<void> {
    await this.sources.delete(imageId);
  }

  /** Frees the bytes of a source that was released. Never throws. */
  purge({ storageKey }: ImageSource): Promise<void> {
    return this.blobs.purge(storageKey);
  }
}

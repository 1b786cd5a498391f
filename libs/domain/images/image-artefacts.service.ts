import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BlobStore, type ByteRange, newBlobKey } from '#platform/storage';
import { type ArtefactKind, type ImageArtefact, ImageArtefactsRepository } from './image-artefacts.repository.js';
import { fromStorage, imageNotFound } from './images.errors.js';

/** An artefact whose bytes are durable, and nobody's yet. */
export interface PreparedArtefact {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Inside the transaction that ends the work, last of all. @throws DomainError `not_found` where the image is gone */
  register(): Promise<void>;
  /** Frees it, unless it is registered: safe to call in any case. */
  abort(): Promise<void>;
}

/** What is kept beside images' bytes. It goes with its image, and counts against no quota. */
@Injectable()
export class ImageArtefactsService {
  constructor(
    private readonly artefacts: ImageArtefactsRepository,
    private readonly store: BlobStore,
  ) {}

  find(imageId: number, kind: ArtefactKind): Promise<ImageArtefact | undefined> {
    return this.artefacts.find(imageId, kind);
  }

  /** @throws DomainError `not_found`, `storage_unavailable` */
  async open({ storageKey }: ImageArtefact, range?: ByteRange): Promise<Readable> {
    try {
      return await this.store.open(storageKey, range);
    } catch (error) {
      throw fromStorage(error);
    }
  }

  /**
   * Makes a local file an artefact to be: the file is gone from `path` then. It takes the place of the one before once it is
   * registered.
   * @throws DomainError `not_found` where the image is gone, `storage_full`, `storage_unavailable`
   */
  async prepare(imageId: number, kind: ArtefactKind, path: string): Promise<PreparedArtefact> {
    const storageKey = newBlobKey();
    if (!(await this.artefacts.announce(imageId, kind, storageKey))) throw imageNotFound();
    let isRegistered = false;
    try {
      const staged = await this.store.stageFile(randomUUID(), path);
      const abort = async (): Promise<void> => {
        if (isRegistered) return;
        await staged.abort();
        await this.artefacts.forget(storageKey);
      };
      try {
        const sealed = await staged.seal();
        const register = async (): Promise<void> => {
          if (!(await this.artefacts.finish(storageKey, sealed))) throw imageNotFound();
          await staged.commit(storageKey);
          isRegistered = true;
        };
        return { ...sealed, register, abort };
      } catch (error) {
        await staged.abort();
        throw error;
      }
    } catch (error) {
      await this.artefacts.forget(storageKey);
      throw fromStorage(error);
    }
  }
}

import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { BlobStore } from '#platform/storage';
import { Scratch } from '#domain/conversions';
import type { Work } from '#domain/operations';
import { imageGone } from './boot-tests.errors.js';
import { BootTestsRepository } from './boot-tests.repository.js';

/** Images' bytes as files, for as long as somebody works with them. */
@Injectable()
export class LentDisks {
  constructor(
    private readonly tests: BootTestsRepository,
    private readonly scratch: Scratch,
    private readonly store: BlobStore,
  ) {}

  /** Does `use` with an image's file and a folder, both of which are gone afterwards. @throws DomainError `not_found` */
  async during(
    { id, imageId }: Work['operation'],
    use: (disk: { readonly path: string; readonly dir: string }) => Promise<void>,
  ): Promise<void> {
    const blob = await this.tests.findBlob(imageId);
    if (!blob) throw imageGone();
    await this.scratch.during(id, async (dir) => {
      const path = join(dir, 'image');
      await this.store.lend(blob.storageKey, path);
      await use({ path, dir });
    });
  }
}

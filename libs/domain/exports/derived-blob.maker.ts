import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { DiskFormat } from '#disk-formats';
import { BlobStore } from '#platform/storage';
import { DiskConverter, Scratch } from '#domain/conversions';
import type { Work } from '#domain/operations';
import { DerivedBlobsRepository, type ExportedBlob } from './derived-blobs.repository.js';

/** What an operation is to make, and where it will be. */
export interface DerivedBlobPlan {
  readonly blob: ExportedBlob;
  readonly format: DiskFormat;
  readonly storageKey: string;
}

/** Makes a derived blob of an admitted image, and ends the operation with it. */
@Injectable()
export class DerivedBlobMaker {
  constructor(
    private readonly derived: DerivedBlobsRepository,
    private readonly disks: DiskConverter,
    private readonly scratch: Scratch,
    private readonly store: BlobStore,
  ) {}

  /** Leaves no file but the blob. @throws as `DiskConverter.convert` and the store do, DomainError `not_found` */
  make(work: Work, plan: DerivedBlobPlan): Promise<void> {
    const { blob, format } = plan;
    return this.scratch.during(work.operation.id, async (folder) => {
      const input = { path: join(folder, 'image'), format: 'qcow2' } as const;
      await this.store.lend(blob.storageKey, input.path);
      const dir = join(folder, 'result');
      await mkdir(dir);
      work.log.write(`Converting ${blob.virtualSizeBytes} bytes of disk to ${format}`);
      const { path } = await this.disks.convert(work, {
        input,
        outputFormat: format,
        dir,
        neededBytes: blob.sizeBytes,
        maxBytes: largestSize(blob),
        onProgress: (percent) => work.report({ percent, doneBytes: 0, totalBytes: null }),
      });
      await this.keep(work, plan, path);
    });
  }

  /**
   * The row is changed before the file gets its key, in one transaction: a file under a key always has a row that names it,
   * by which it is freed should the transaction, or this process, come to nothing.
   */
  private async keep(work: Work, { format, storageKey }: DerivedBlobPlan, path: string): Promise<void> {
    const staged = await this.store.stageFile(randomUUID(), path);
    try {
      const { sha256, sizeBytes } = await staged.seal();
      work.report({ percent: 100, doneBytes: sizeBytes, totalBytes: sizeBytes });
      work.log.write(`The disk of ${format} has ${sizeBytes} bytes with SHA-256 ${sha256}`);
      await work.succeed(async () => {
        if (!(await this.derived.finish({ storageKey, sha256, sizeBytes }))) {
          throw new DomainError('not_found', 'The image was deleted');
        }
        await staged.commit(storageKey);
      });
    } catch (error) {
      await staged.abort();
      throw error;
    }
  }
}

/** No format needs more for its tables. */
function largestSize({ virtualSizeBytes }: ExportedBlob): number {
  return Math.ceil(virtualSizeBytes * 1.05) + 64 * 2 ** 20;
}

import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { DiskFormat } from '#disk-formats';
import { newBlobKey } from '#platform/storage';
import { fromConversion } from '#domain/conversions';
import { OperationHandler, OperationHandlers, type Work } from '#domain/operations';
import { DerivedBlobsKeeper } from './derived-blobs.keeper.js';
import { DerivedBlobsRepository } from './derived-blobs.repository.js';
import { DerivedBlobMaker } from './derived-blob.maker.js';

/** How often it looks whether another has made what it waits for. */
const LOOK_EVERY_MS = 1_000;

/** Makes an image's blob in another format, once for all images that have it. */
@Injectable()
export class ExportHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'export';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly derived: DerivedBlobsRepository,
    private readonly maker: DerivedBlobMaker,
    private readonly keeper: DerivedBlobsKeeper,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    try {
      await this.makeOrWait(work, work.operation.input.format as DiskFormat); // as ExportsService wrote it
    } catch (error) {
      throw fromConversion(error);
    }
    await this.keeper.evict();
  }

  /** The image has its bytes, whatever becomes of this. */
  moved(): Promise<void> {
    return Promise.resolve();
  }

  /** Another image may have the same bytes, and an operation that is at it. Should that fail, this one takes over. */
  private async makeOrWait(work: Work, format: DiskFormat): Promise<void> {
    const { id: operationId, imageId } = work.operation;
    const blob = await this.derived.findBlob(imageId);
    if (!blob) throw imageGone();
    for (let looks = 0; ; looks++) {
      const storageKey = newBlobKey();
      const claim = await this.derived.claim({ blobKey: blob.storageKey, format }, { operationId, storageKey });
      if (claim === 'gone') throw imageGone();
      if (claim === 'ours') return this.maker.make(work, { blob, format, storageKey });
      if (claim === 'made') {
        work.log.write(`There is a disk of ${format} with these bytes already`);
        return work.succeed(() => Promise.resolve());
      }
      if (looks === 0) work.log.write('Another image with the same bytes is being converted; waiting for that');
      await delay(LOOK_EVERY_MS, undefined, { signal: work.signal });
    }
  }
}

const imageGone = (): DomainError => new DomainError('not_found', 'The image was deleted');

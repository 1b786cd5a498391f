import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ImageBytes, ImageSourcesService, type OpenSource, PendingImagesService } from '#domain/images';
import { OperationHandler, OperationHandlers, type OperationStatus, type Work } from '#domain/operations';
import { ConversionProgress } from './conversion-progress.js';
import { describeKind, type DiskKind } from './disk-kind.js';
import { ImageConverter } from './image-converter.js';

const IMAGE_STATUS = { queued: 'pending', running: 'processing', failed: 'failed', cancelled: 'failed' } as const;

/** Makes an image of a disk that was pushed in another format. Its source stays until it is made: it can be retried. */
@Injectable()
export class ConvertHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'convert';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly images: PendingImagesService,
    private readonly sources: ImageSourcesService,
    private readonly converter: ImageConverter,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    const { imageId, input } = work.operation;
    const kind = input as unknown as DiskKind; // as ConversionsService wrote it
    const source = await this.sources.get(imageId);
    work.log.write(`Received ${source.sizeBytes} bytes of ${describeKind(kind)} with SHA-256 ${source.sha256}`);
    const progress = new ConversionProgress(work, kind);
    await this.converter.run(work, {
      kind,
      progress,
      bytes: { lend: (path) => source.lend(path), read: async () => counted(source, await source.read(), progress) },
      succeed: (register) =>
        work.succeed(async () => {
          await this.sources.release(imageId); // first: it counts no more when the image's quota is settled
          await register();
        }),
    });
    await this.sources.purge(source);
  }

  moved(imageId: number, status: Exclude<OperationStatus, 'succeeded'>, reason: string | null): Promise<void> {
    return this.images.move(imageId, IMAGE_STATUS[status], reason);
  }
}

async function* counted({ sizeBytes }: OpenSource, bytes: ImageBytes, progress: ConversionProgress): ImageBytes {
  let doneBytes = 0;
  for await (const piece of bytes) {
    doneBytes += piece.length;
    progress.read(doneBytes, sizeBytes);
    yield piece;
  }
}

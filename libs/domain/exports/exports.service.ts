import { Injectable } from '@nestjs/common';
import { DomainError, type Principal } from '#kernel';
import type { DiskFormat } from '#disk-formats';
import { Config } from '#platform/config';
import { AuditTrail } from '#domain/audit';
import { ConversionTools } from '#domain/conversions';
import { type ReadableImage, referenceOf } from '#domain/images';
import { OperationsService } from '#domain/operations';
import { DerivedBlobsRepository } from './derived-blobs.repository.js';

/** An image's file in another format: its bytes in the place of the image's own, or who makes them. */
export type Export =
  { readonly kind: 'made'; readonly image: ReadableImage } | { readonly kind: 'pending'; readonly operationId: number };

/** Images in other formats: made when somebody asks, once for all who have the same bytes, and kept for a while. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly derived: DerivedBlobsRepository,
    private readonly operations: OperationsService,
    private readonly tools: ConversionTools,
    private readonly audit: AuditTrail,
    private readonly config: Config,
  ) {}

  /**
   * Of an image that the caller may read. Who asks first has it made; who asks meanwhile gets the same operation.
   * @throws DomainError `unauthenticated` where nobody has had it made and the caller is nobody, `unavailable`
   */
  async get(principal: Principal, image: ReadableImage, format: DiskFormat): Promise<Export> {
    const made = await this.derived.use({ blobKey: image.blob.storageKey, format });
    if (made) {
      const { madeAt, ...bytes } = made;
      return { kind: 'made', image: { ...image, createdAt: madeAt, blob: { ...image.blob, ...bytes } } };
    }
    return { kind: 'pending', operationId: await this.begin(principal, image, format) };
  }

  private async begin(principal: Principal, image: ReadableImage, format: DiskFormat): Promise<number> {
    if (principal.kind !== 'user') {
      throw new DomainError(
        'unauthenticated',
        `There is no file of ${format} of this image yet; log in to have it made`,
      );
    }
    await this.tools.assertAvailable({ format });
    return this.audit.transaction(async () => {
      await this.derived.lockImage(image.id);
      const found = await this.derived.findOperation(image.id, format);
      if (found !== undefined) return found;
      const target = { kind: 'image', id: image.id, name: referenceOf(image) };
      await this.audit.record(principal, { action: 'image.export', target, after: { format } });
      return this.operations.enqueue({
        kind: 'export',
        imageId: image.id,
        authorId: principal.userId,
        input: { format },
        maxAttempts: this.config.operationAttempts,
      });
    });
  }
}

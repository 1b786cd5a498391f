import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { Config } from '#platform/config';
import { type ImageBytes, ImagePushService, type NewImage } from '#domain/images';
import { OperationsService } from '#domain/operations';
import { ConversionTools } from './conversion-tools.js';
import { describeKind, type DiskKind } from './disk-kind.js';

/** An image that waits for its conversion. */
export interface StartedConversion {
  readonly imageId: number;
  readonly operationId: number;
}

/** Pushing disks of other formats: their bytes are kept as they are, and an operation makes an image of them. */
@Injectable()
export class ConversionsService {
  constructor(
    private readonly pushes: ImagePushService,
    private readonly operations: OperationsService,
    private readonly tools: ConversionTools,
    private readonly config: Config,
  ) {}

  /**
   * As `ImagePushService.push`, but the image is pending. Once this resolves the bytes are durable.
   * @throws DomainError as that; `unavailable` where this server cannot convert it, before any byte
   */
  async push(
    principal: AuthenticatedPrincipal,
    input: NewImage,
    kind: DiskKind,
    body: () => ImageBytes,
  ): Promise<StartedConversion> {
    await this.tools.assertAvailable(kind);
    let operationId = 0;
    const imageId = await this.pushes.pushSource(principal, input, body, {
      facts: { converted_from: describeKind(kind) },
      enqueue: async (id) => {
        operationId = await this.operations.enqueue({
          kind: 'convert',
          imageId: id,
          authorId: principal.userId,
          input: { ...kind },
          maxAttempts: this.config.operationAttempts,
        });
        return operationId;
      },
    });
    return { imageId, operationId };
  }
}

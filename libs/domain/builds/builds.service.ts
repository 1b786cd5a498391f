import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { Config } from '#platform/config';
import { type ImageBytes, ImagePushService, type NewImage, PendingImagesService } from '#domain/images';
import { BuildBases } from './build-bases.js';
import type { BuildOptions } from './build-options.js';
import { BuildQueue } from './build-queue.js';
import { contextTooLarge } from './builds.errors.js';
import type { ContextFacts } from './builds.repository.js';

/** An image that is to be built. */
export interface NewBuild extends Pick<NewImage, 'name' | 'tag' | 'namespace' | 'visibility'> {
  readonly dockerfile: string;
  readonly options: BuildOptions;
  /** Kept with the image, for whoever asked. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** In the transaction that makes the image: throws what a dialect has against it. */
  readonly assertTakeable?: (imageId: number) => Promise<void>;
}

/** An image that waits to be built. */
export interface StartedBuild {
  readonly imageId: number;
  readonly operationId: number;
}

/** Building images from Dockerfiles: at once an entry in the catalogue, and an operation that builds it. */
@Injectable()
export class BuildsService {
  constructor(
    private readonly pushes: ImagePushService,
    private readonly pending: PendingImagesService,
    private readonly queue: BuildQueue,
    private readonly bases: BuildBases,
    private readonly config: Config,
  ) {}

  /**
   * The image is pending. `context` is called once nothing is left to be said against the build but by its context: a zip or
   * tar archive, plain or compressed, whose bytes are durable when this resolves.
   * @throws DomainError `invalid`, `forbidden`, `too_large`, `quota_exceeded`, `conflict`, `unavailable` where this
   *   server cannot build; whatever `assertTakeable` throws
   */
  async create(
    principal: AuthenticatedPrincipal,
    { dockerfile, options, annotations = {}, assertTakeable, ...image }: NewBuild,
    context?: () => ImageBytes,
  ): Promise<StartedBuild> {
    await this.queue.assertWorked();
    await this.bases.find(principal, dockerfile, options); // what is wrong with it now is told now
    let operationId = 0;
    const add = async (imageId: number, sent: ContextFacts | null): Promise<number> => {
      await assertTakeable?.(imageId);
      const recipe = { dockerfile, context: sent, options, annotations };
      operationId = await this.queue.add(imageId, principal.userId, recipe);
      return operationId;
    };
    const facts = { built_from: 'Dockerfile' };
    const imageId = context
      ? await this.pushes.pushSource(principal, image, () => this.measured(context()), { facts, enqueue: add })
      : await this.pending.create(principal, image, { facts, enqueue: (id) => add(id, null) });
    return { imageId, operationId };
  }

  private async *measured(context: ImageBytes): ImageBytes {
    const { maxBuildContextBytes: maxBytes } = this.config;
    let sizeBytes = 0;
    for await (const piece of context) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw contextTooLarge(maxBytes);
      yield piece;
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal, Principal } from '#kernel';
import { Config } from '#platform/config';
import {
  type ImageBytes,
  ImagePushService,
  ImagesService,
  type ImageReference,
  type NewImage,
  PendingImagesService,
} from '#domain/images';
import { OperationsService } from '#domain/operations';
import { BuildBases } from './build-bases.js';
import type { BuildOptions } from './build-options.js';
import { contextTooLarge, notBuilt } from './builds.errors.js';
import { type Build, type BuildRecipe, BuildsRepository } from './builds.repository.js';

/** An image that is to be built. */
export interface NewBuild extends Pick<NewImage, 'name' | 'tag' | 'namespace' | 'visibility'> {
  readonly dockerfile: string;
  /** What the disk is to be like, and how it is built; as `readBuildOptions` gives them. */
  readonly options: BuildOptions;
  /** Kept with the image, for whoever asked. */
  readonly annotations?: Readonly<Record<string, string>>;
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
    private readonly images: ImagesService,
    private readonly operations: OperationsService,
    private readonly builds: BuildsRepository,
    private readonly bases: BuildBases,
    private readonly config: Config,
  ) {}

  /**
   * The image is pending. `context` is called once nothing is left to be said against the build but by its context: a zip or
   * tar archive, plain or compressed, whose bytes are durable when this resolves.
   * @throws DomainError `invalid`, `forbidden`, `too_large`, `quota_exceeded`, `conflict`, `unavailable` where this server
   *   cannot build
   */
  async create(
    principal: AuthenticatedPrincipal,
    { dockerfile, options, annotations = {}, ...image }: NewBuild,
    context?: () => ImageBytes,
  ): Promise<StartedBuild> {
    await this.bases.find(principal, dockerfile, options); // what is wrong with it now is told now
    let operationId = 0;
    const enqueue = async (imageId: number, facts: BuildRecipe['context']): Promise<number> => {
      await this.builds.insert(imageId, { dockerfile, context: facts, options, annotations });
      operationId = await this.operations.enqueue({
        kind: 'build',
        imageId,
        authorId: principal.userId,
        input: {},
        maxAttempts: this.config.operationAttempts,
      });
      return operationId;
    };
    const facts = { built_from: 'Dockerfile' };
    const imageId = context
      ? await this.pushes.pushSource(principal, image, () => this.measured(context()), { facts, enqueue })
      : await this.pending.create(principal, image, { facts, enqueue: (id) => enqueue(id, null) });
    return { imageId, operationId };
  }

  /** What an image was built of. @throws DomainError `not_found`, also for an image that was not built, or that the caller may not see */
  async get(principal: Principal, reference: ImageReference | undefined): Promise<{ imageId: number; build: Build }> {
    const { id: imageId } = await this.images.get(principal, reference);
    const build = await this.builds.find(imageId);
    if (!build) throw notBuilt();
    return { imageId, build };
  }

  /** Those of images that the caller was shown, by image. */
  async listOf(imageIds: readonly number[]): Promise<ReadonlyMap<number, Build>> {
    return new Map(await this.builds.list(imageIds));
  }

  private async *measured(context: ImageBytes): ImageBytes {
    const maxBytes = this.config.maxBuildContextBytes;
    let sizeBytes = 0;
    for await (const piece of context) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw contextTooLarge(maxBytes);
      yield piece;
    }
  }
}

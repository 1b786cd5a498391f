import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { BuiltImage } from '#platform/image-builder';
import { type BootTestResult, BootTestResults } from '#domain/boot-tests';
import { ImageArtefactsService, ImageFillingService, ImageSourcesService, type OpenSource, type PreparedArtefact } from '#domain/images';
import type { Work } from '#domain/operations';
import { BuildsRepository } from './builds.repository.js';

/** What came of a build. */
export interface BuildResult {
  readonly built: BuiltImage;
  /** Undefined where it was not booted. */
  readonly bootTest: BootTestResult | undefined;
}

/** Keeps what was built: the image, admitted like any push, and beside it what further builds and people want of it. */
@Injectable()
export class BuiltImageKeeper {
  constructor(
    private readonly filling: ImageFillingService,
    private readonly artefacts: ImageArtefactsService,
    private readonly sources: ImageSourcesService,
    private readonly bootTests: BootTestResults,
    private readonly builds: BuildsRepository,
  ) {}

  /**
   * Ends the operation with all of it, in one transaction.
   * @throws as `ImageFillingService.fill`
   */
  async keep(work: Work, { built, bootTest }: BuildResult, source: OpenSource | undefined): Promise<void> {
    const { imageId } = work.operation;
    const prepared: Pick<PreparedArtefact, 'register' | 'abort'>[] = [];
    try {
      prepared.push(await this.artefacts.prepare(imageId, 'root-filesystem', built.rootFilesystemPath));
      if (bootTest) prepared.push(await this.bootTests.prepare(work.operation, bootTest));
      const { size: sizeBytes } = await stat(built.diskPath);
      await this.filling.fill(imageId, {
        file: { path: built.diskPath, sizeBytes },
        commit: async (register, blob) => {
          work.log.write(`It is a QCOW2 image of ${blob.sizeBytes} bytes with SHA-256 ${blob.sha256}`);
          await work.succeed(async () => {
            await this.sources.release(imageId); // first: it counts no more when the image's quota is settled
            await this.builds.finish(imageId, built);
            await register();
            for (const artefact of prepared) await artefact.register(); // last: their files get their keys
          });
        },
      });
    } finally {
      await Promise.all(prepared.map((artefact) => artefact.abort()));
    }
    if (source) await this.sources.purge(source);
  }

  /** Keeps what a boot test saw of an image that comes to nothing because of it. */
  async keepFailure({ operation }: Work, bootTest: BootTestResult): Promise<void> {
    const prepared = await this.bootTests.prepare(operation, bootTest);
    await prepared.keep();
  }
}

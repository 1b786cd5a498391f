import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { BuiltImage } from '#platform/image-builder';
import { BootTestRecords, type BootTestResult, type TestedImage } from '#domain/boot-tests';
import {
  ImageArtefactsService,
  ImageFillingService,
  ImageSourcesService,
  type OpenSource,
  type PreparedArtefact,
} from '#domain/images';
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
    private readonly bootTests: BootTestRecords,
    private readonly builds: BuildsRepository,
  ) {}

  /**
   * Ends the operation with all of it, in one transaction. Both files are hashed and made durable at once.
   * @throws as `ImageFillingService.fill`
   */
  async keep(work: Work, { built, bootTest }: BuildResult, source: OpenSource | undefined): Promise<void> {
    const root = this.artefacts.prepare(work.operation.imageId, 'root-filesystem', built.rootFilesystemPath);
    root.catch(() => undefined); // the filling hears of it
    try {
      if (!bootTest) await this.fill(work, built, root);
      else {
        await this.bootTests.keep(testedImage(work), bootTest, (register) => this.fill(work, built, root, register));
      }
    } finally {
      await root.then(
        (prepared) => prepared.abort(),
        () => undefined, // it has left nothing
      );
    }
    if (source) await this.sources.purge(source);
  }

  /** Keeps what a boot test saw of an image that comes to nothing because of it. */
  keepFailure(work: Work, bootTest: BootTestResult): Promise<void> {
    return this.bootTests.keepFailed(testedImage(work), bootTest);
  }

  /** Artefacts come last in the transaction: they give files their keys. */
  private async fill(
    work: Work,
    built: BuiltImage,
    root: Promise<PreparedArtefact>,
    registerMore?: () => Promise<void>,
  ): Promise<void> {
    const { imageId } = work.operation;
    const { size: sizeBytes } = await stat(built.diskPath);
    await this.filling.fill(imageId, {
      file: { path: built.diskPath, sizeBytes },
      commit: async (register, blob) => {
        const prepared = await root; // before the transaction, which must not wait for a disk
        work.log.write(`It is a QCOW2 image of ${blob.sizeBytes} bytes with SHA-256 ${blob.sha256}`);
        await work.succeed(async () => {
          await this.sources.release(imageId); // first: it counts no more when the image's quota is settled
          await this.builds.finish(imageId, built);
          await register();
          await prepared.register();
          await registerMore?.();
        });
      },
    });
  }
}

const testedImage = ({ operation }: Work): TestedImage => ({ imageId: operation.imageId, operationId: operation.id });

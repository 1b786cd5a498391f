import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { assembleDisk, assertDiskPossible, type BuiltImage, ImageBuilder } from '#platform/image-builder';
import { type BootTestResult, BootTester } from '#domain/boot-tests';
import type { Work } from '#domain/operations';
import { BuildMaterials, type Materials } from './build-materials.js';
import { type BuildResult, BuiltImageKeeper } from './built-image.keeper.js';

/** Where an operation is once the disk is there, and once it has booted, in percent. */
const BUILT = 80;
const BOOTED = 95;

/** Builds an image, boots it once, and keeps it. */
@Injectable()
export class BuildRunner {
  constructor(
    private readonly materials: BuildMaterials,
    private readonly builder: ImageBuilder,
    private readonly bootTester: BootTester,
    private readonly keeper: BuiltImageKeeper,
    private readonly config: Config,
  ) {}

  /**
   * All of it, in a folder of its own.
   * @throws DomainError, and as the builder does; the image has no bytes then, and waits or has failed
   */
  async run(work: Work, dir: string): Promise<void> {
    const materials = await this.materials.gather(work, dir);
    const result = await this.make(work, materials, dir);
    if (result.bootTest?.passed === false) {
      await this.keeper.keepFailure(work, result.bootTest);
      throw new DomainError('invalid', `It was built, but does not boot: ${result.bootTest.reason}`);
    }
    await this.keeper.keep(work, result, materials.sent?.source);
  }

  private async make(work: Work, materials: Materials, dir: string): Promise<BuildResult> {
    const built = await this.build(work, materials, dir);
    return { built, bootTest: await this.boot(work, materials, built, dir) };
  }

  private async build(
    work: Work,
    { recipe, bases, sent, cacheKey, seed }: Materials,
    dir: string,
  ): Promise<BuiltImage> {
    const { disk, args, target } = recipe.options;
    const folder = join(dir, 'build');
    await mkdir(folder);
    return this.builder.build({
      cacheKey,
      dockerfile: recipe.dockerfile,
      ...(sent && { context: () => sent.context.tar() }),
      bases: bases.own,
      pulls: bases.pulls,
      buildArgs: args,
      ...(target !== undefined && { target }),
      assembleDisk: (root, asked) => assembleDisk(root, { ...disk, seed }, asked),
      assertDiskPossible: (run) => assertDiskPossible(run, disk),
      dir: folder,
      limits: this.config.buildLimits,
      networkAllowed: this.config.buildNetwork,
      signal: work.signal,
      log: (line, stream) => {
        work.log.write(line, stream);
        return work.log.drained();
      },
      onProgress: (percent) => work.report({ percent: (percent * BUILT) / 100, doneBytes: 0, totalBytes: null }),
    });
  }

  /** By default where the worker can and the disk could; where it was asked for, it must be possible. */
  private async boot(
    work: Work,
    { recipe }: Materials,
    built: BuiltImage,
    dir: string,
  ): Promise<BootTestResult | undefined> {
    const asked = recipe.options.bootTest ?? (built.disk.bootable && (await this.bootTester.isAvailable()));
    if (asked === false) return undefined;
    const result = await this.bootTester.test(work, {
      path: built.diskPath,
      dir,
      options: asked === true ? {} : asked,
    });
    work.report({ percent: BOOTED, doneBytes: 0, totalBytes: null });
    return result;
  }
}

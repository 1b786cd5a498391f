import type { Enclosure } from '#platform/sandbox';
import { type BuildRequest, type BuiltImage, ImageBuilder } from '../../image-builder.js';
import { Attempt } from './attempt.js';
import { importBases, pullImages } from './base-images.js';
import { BuildFolder } from './build-folder.js';
import { etcFiles } from './configuration.js';
import { LayerCache } from './layer-cache.js';
import { makeResults } from './results.js';
import { buildRoot } from './root-build.js';
import { BuildahUpkeep } from './storage-upkeep.js';

/** How far a build is when its root filesystem is there, in percent. */
const ROOT_IS_THERE = 60;

export interface BuildahOptions {
  readonly enclosure: Enclosure;
  /** Folder of the layer caches, on a local disk. */
  readonly cacheDir: string;
  /** Of all of them together, as far as no build uses them. */
  readonly cacheMaxBytes: number;
  /** Folder of programs that disks are made with before those of the system; it need not exist. */
  readonly toolsDir?: string;
}

/** Builds by buildah, without a daemon, in an enclosure. */
export class BuildahImageBuilder extends ImageBuilder {
  private readonly enclosure: Enclosure;
  private readonly upkeep: BuildahUpkeep;
  private readonly cache: LayerCache;
  private readonly tools: Pick<BuildahOptions, 'toolsDir'>;
  private version: string | undefined;

  constructor({ enclosure, cacheDir, cacheMaxBytes, toolsDir }: BuildahOptions) {
    super();
    this.enclosure = enclosure;
    this.tools = toolsDir === undefined ? {} : { toolsDir };
    this.upkeep = new BuildahUpkeep(enclosure, cacheDir);
    this.cache = new LayerCache(cacheDir, cacheMaxBytes, enclosure, this.upkeep);
  }

  async assertAvailable(): Promise<void> {
    await this.enclosure.assertAvailable();
    await this.upkeep.driver();
  }

  build(request: BuildRequest): Promise<BuiltImage> {
    return this.cache.during(request.cacheKey, async (storage) => {
      const folder = await BuildFolder.create(request.dir, this.enclosure);
      const driver = await this.upkeep.driver();
      const files = Object.entries(etcFiles(driver, request.bases));
      for (const [name, text] of files) await folder.write(`etc/${name}`, text);
      const attempt = await Attempt.begin(this.enclosure, folder, storage, { ...request, ...this.tools });
      await request.assertDiskPossible?.((command, args) => attempt.captureTool(command, args));
      const builder = (this.version ??= await tellVersion(attempt));
      const bases = [...(await importBases(attempt, request.bases)), ...(await pullImages(attempt, request))];
      const imageId = await buildRoot(attempt, request, (percent) =>
        request.onProgress((ROOT_IS_THERE * percent) / 100),
      );
      request.onProgress(ROOT_IS_THERE);
      const onProgress = (percent: number): void =>
        request.onProgress(ROOT_IS_THERE + ((100 - ROOT_IS_THERE) * percent) / 100);
      return { ...(await makeResults(attempt, imageId, { ...request, onProgress })), bases, builder };
    });
  }

  evict(cacheKey: string): Promise<boolean> {
    return this.cache.evict(cacheKey);
  }

  removeAll(dir: string): Promise<void> {
    return this.enclosure.removeAll(dir);
  }
}

async function tellVersion(attempt: Attempt): Promise<string> {
  const said = await attempt.capture('buildah', ['--version']);
  return said.replace(/^buildah version (\S+)[^]*$/, 'buildah $1');
}

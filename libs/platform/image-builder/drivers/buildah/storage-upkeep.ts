import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Enclosure, type EnclosureLimits, SandboxedProgramError } from '#platform/sandbox';
import { Attempt } from './attempt.js';
import { BuildFolder } from './build-folder.js';
import { etcFiles, type StorageDriver } from './configuration.js';
import { FolderLock } from './folder-lock.js';
import type { StorageUpkeep } from './layer-cache.js';

/** Storages that are only tried. Whoever tries one shares a lock on the folder that they are in. */
const PROBE = '.probe-';

const HOUR_MS = 3_600_000;
const LIMITS: EnclosureLimits = {
  cpuSeconds: HOUR_MS / 1000,
  memoryBytes: 2 ** 30,
  fileBytes: 2 ** 30,
  diskBytes: Number.MAX_SAFE_INTEGER,
  wallMs: HOUR_MS,
  processes: 256,
};

/**
 * Removes containers of builds that ended in the middle, the names of their bases (`hostOf`), then layers that the list of layers does not have, with the links to
 * them, and downloads. What is in the list but was not finished, buildah removes itself.
 */
const TIDY = `
[ -z "$(buildah containers --quiet)" ] || buildah rm --all
buildah images --format '{{.Name}}:{{.Tag}}' | { grep -F .invalid/ || true; } | xargs --no-run-if-empty buildah rmi
cd /storage && rm -rf tmp/*
for layers in overlay vfs/dir; do
  [ -d "$layers" ] || continue
  for layer in "$layers"/*; do
    id=\${layer##*/}
    [ "\${#id}" -lt 64 ] || grep -qF "\\"$id\\"" "\${layers%/dir}-layers/layers.json" || rm -rf "$layer"
  done
  [ ! -d "$layers/l" ] || find "$layers/l" -xtype l -delete
done`;

/** Looks after storages of layers in the enclosure: only its root may look everywhere in there. */
export class BuildahUpkeep implements StorageUpkeep {
  private found: Promise<StorageDriver> | undefined;

  /** @param root folder for work in progress, on the same disk as the storages */
  constructor(
    private readonly enclosure: Enclosure,
    private readonly root: string,
  ) {}

  /** How layers can be stored here. */
  driver(): Promise<StorageDriver> {
    this.found ??= this.probe();
    this.found.catch(() => {
      this.found = undefined;
    });
    return this.found;
  }

  async tidy(storage: string): Promise<void> {
    const driver = await this.driver();
    await this.within(storage, driver, (attempt) => attempt.run('sh', ['-c', TIDY]));
  }

  async measure(storage: string): Promise<number> {
    const args = ['--summarize', '--block-size=1', '/storage'];
    return Number.parseInt(
      await this.within(storage, await this.driver(), (attempt) => attempt.capture('du', args)),
      10,
    );
  }

  private async probe(): Promise<StorageDriver> {
    await mkdir(this.root, { recursive: true, mode: 0o750 });
    await this.removeLostProbes();
    const lock = await FolderLock.share(this.root);
    const storage = await mkdtemp(join(this.root, PROBE));
    try {
      await this.enclosure.adopt(storage);
      await this.within(storage, 'overlay', (attempt) => attempt.run('buildah', ['images']));
      return 'overlay';
    } catch (error) {
      if (error instanceof SandboxedProgramError && error.lastWords.includes('overlay')) return 'vfs';
      throw error;
    } finally {
      await this.enclosure.removeAll(storage);
      await lock.release();
    }
  }

  /** Of processes that died at it; while nobody probes, all there are. */
  private async removeLostProbes(): Promise<void> {
    const lock = await FolderLock.tryAlone(this.root);
    if (!lock) return;
    try {
      const names = (await readdir(this.root)).filter((name) => name.startsWith(PROBE));
      for (const name of names) await this.enclosure.removeAll(join(this.root, name));
    } finally {
      await lock.release();
    }
  }

  private async within<T>(storage: string, driver: StorageDriver, work: (attempt: Attempt) => Promise<T>): Promise<T> {
    const dir = `${storage}.upkeep`;
    // Where a process died at this: nobody else uses the storage now.
    await this.enclosure.removeAll(dir);
    await mkdir(dir);
    try {
      const folder = await BuildFolder.create(dir, this.enclosure);
      for (const [name, text] of Object.entries(etcFiles(driver, []))) await folder.write(`etc/${name}`, text);
      const asked = { limits: LIMITS, signal: new AbortController().signal };
      return await work(await Attempt.begin(this.enclosure, folder, storage, asked));
    } finally {
      await this.enclosure.removeAll(dir);
    }
  }
}

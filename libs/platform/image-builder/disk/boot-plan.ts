import type { RootFilesystem } from '../root-filesystem.js';
import { DiskRefusedError } from './disk.errors.js';
import type { DiskOptions } from './disk-options.js';
import { type EfiLoader, findLoader } from './efi-loader.js';
import { compareVersions, kernelPairs } from './kernel-choice.js';
import { GIB, inMiB, MIB, roundUp } from './sizes.js';
import type { TreeEntry } from './tree-entry.js';
import type { TreePaths } from './tree-paths.js';
import { listBootFiles, type TreeSurvey } from './tree-survey.js';

/** What goes onto a boot partition. */
export interface BootPlan {
  /** Regular files of the tree, behind all links. */
  readonly kernel: TreeEntry;
  readonly initrd: TreeEntry;
  readonly loader?: EfiLoader;
  /** Of the partition. */
  readonly sizeBytes: number;
}

/** How many kernels are tried before the tree counts as one without. */
const MAX_TRIES = 16;
const MAX_BOOT_FILES_BYTES = GIB;
/** FAT32 begins at 65,525 clusters (Microsoft's FAT specification, section 3.5), here of a sector each. */
const MIN_BOOT_BYTES = 40 * MIB;
/** For the loaders, and the allocation tables. */
const LOADER_ROOM_BYTES = 8 * MIB;
const TABLE_SHARE = 1 / 32;

/**
 * Looks for a kernel with its initrd in `/boot` and `/`, and for an EFI loader.
 * @returns undefined where there is none, and so nothing to boot
 * @throws DiskRefusedError for files that no boot partition should hold
 */
export async function planBoot(
  root: RootFilesystem,
  options: DiskOptions,
  survey: TreeSurvey,
  paths: TreePaths,
): Promise<BootPlan | undefined> {
  const found = await findKernel(root, survey, paths);
  if (!found) return undefined;
  const { kernel, initrd } = found;
  const filesBytes = kernel.sizeBytes + initrd.sizeBytes;
  if (filesBytes > MAX_BOOT_FILES_BYTES) {
    throw new DiskRefusedError(
      `The kernel ${named(kernel)} and the initrd ${named(initrd)} take ${inMiB(filesBytes)}; ` +
        `a boot partition holds at most ${inMiB(MAX_BOOT_FILES_BYTES)}`,
    );
  }
  const loader = await findLoader(options.architecture, paths, survey.missing);
  const contentBytes = filesBytes + (loader?.sizeBytes ?? 0) + LOADER_ROOM_BYTES;
  const sizeBytes = Math.max(MIN_BOOT_BYTES, roundUp(contentBytes * (1 + TABLE_SHARE), MIB));
  return { kernel, initrd, sizeBytes, ...(loader && { loader }) };
}

/** The name of a file of the tree, fit for a line of a log, whatever is in it. */
export function named({ path }: TreeEntry): string {
  return JSON.stringify(`/${path}`);
}

async function findKernel(
  root: RootFilesystem,
  { entries }: TreeSurvey,
  paths: TreePaths,
): Promise<Pick<BootPlan, 'kernel' | 'initrd'> | undefined> {
  const boot = await paths.resolve('boot');
  // What was listed as /boot is, unless that is a link.
  const inBoot = boot && boot.path !== 'boot' && boot.kind === 'd' ? await listBootFiles(root, boot.path) : entries;
  const folders = [
    { folder: boot?.path ?? 'boot', entries: inBoot },
    { folder: '', entries },
  ];
  const pairs = folders
    .flatMap((one) => kernelPairs(namesIn(one.folder, one.entries)).map((pair) => ({ ...pair, folder: one.folder })))
    .sort((a, b) => compareVersions(b.version, a.version));
  for (const pair of pairs.slice(0, MAX_TRIES)) {
    const kernel = await paths.resolve(`${pair.folder}/${pair.kernel}`);
    const initrd = await paths.resolve(`${pair.folder}/${pair.initrd}`);
    if (isContent(kernel) && isContent(initrd)) return { kernel, initrd };
  }
  return undefined;
}

function namesIn(folder: string, entries: readonly TreeEntry[]): string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return entries
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path }) => path.slice(prefix.length))
    .filter((name) => !name.includes('/'));
}

function isContent(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry?.kind === 'f' && entry.sizeBytes > 0;
}

import { assembleDisk, type AssembledDisk, type AssemblyWatch, type DiskOptions } from '#platform/image-builder';
import type { TreeRoot } from './tree-root.js';

/** What a disk is made with, unless a test says otherwise. */
const OPTIONS: DiskOptions = { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64', seed: 'a seed' };

/** A disk, and what was told while it was made. */
interface Assembly {
  readonly disk: AssembledDisk;
  readonly lines: readonly string[];
  readonly progress: readonly number[];
}

export async function assembled(
  root: TreeRoot,
  options: Partial<DiskOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Assembly> {
  const [lines, progress]: [string[], number[]] = [[], []];
  const asked: AssemblyWatch = {
    signal,
    log: (line) => lines.push(line),
    onProgress: (percent) => progress.push(percent),
  };
  const disk = await assembleDisk(root, { ...OPTIONS, ...options }, asked);
  return { disk, lines, progress };
}

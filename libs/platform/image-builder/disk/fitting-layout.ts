import { DiskRefusedError } from './disk.errors.js';
import { type DiskLayout, layoutAround, layoutWithin } from './disk-layout.js';
import type { FilesystemJob } from './filesystem-job.js';
import { inMiB } from './sizes.js';

/**
 * Where things are, on a disk of the size that was asked for, else on one around a file system of `roomyBytes`.
 * @param bytes of the file system: what it needs for the tree, and with room to work in
 * @throws DiskRefusedError where the disk that was asked for leaves less than is needed
 */
export function fittingLayout(
  { options, survey, bootBytes }: FilesystemJob,
  bytes: { readonly smallestBytes: number; readonly roomyBytes: number },
): DiskLayout {
  const { partitioning, sizeBytes } = options;
  if (sizeBytes === undefined) return layoutAround(partitioning, bootBytes, bytes.roomyBytes);
  const smallest = layoutAround(partitioning, bootBytes, bytes.smallestBytes);
  if (sizeBytes >= smallest.sizeBytes) return layoutWithin(partitioning, bootBytes, sizeBytes);
  throw new DiskRefusedError(
    `The disk is too small: ${inMiB(sizeBytes)} were asked for, but the tree (${inMiB(survey.allocatedBytes)} in ` +
      `${survey.inodes} files and folders) needs a disk of at least ${inMiB(smallest.sizeBytes)} (size_bytes ${smallest.sizeBytes})`,
  );
}

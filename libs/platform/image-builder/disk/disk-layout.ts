import type { Partitioning } from './disk-options.js';
import { MIB } from './sizes.js';

/** A part of the disk, in whole sectors. */
export interface Extent {
  readonly startBytes: number;
  readonly sizeBytes: number;
}

export interface DiskLayout {
  readonly sizeBytes: number;
  readonly boot?: Extent;
  /** Where the file system of the tree is. */
  readonly root: Extent;
}

export const SECTOR_BYTES = 512;

/** Before the first partition, where its table is; and after the last, where GPT has the copy of it. */
const HEAD_BYTES: Readonly<Record<Partitioning, number>> = { gpt: MIB, mbr: MIB, none: 0 };
const TAIL_BYTES: Readonly<Record<Partitioning, number>> = { gpt: MIB, mbr: 0, none: 0 };

/** The layout of a disk whose root has a given size. */
export function layoutAround(partitioning: Partitioning, bootBytes: number, rootBytes: number): DiskLayout {
  return layoutWithin(partitioning, bootBytes, overheadBytes(partitioning, bootBytes) + rootBytes);
}

/** The layout of a disk of a given size: the root takes what is left, which may be nothing or less. */
export function layoutWithin(partitioning: Partitioning, bootBytes: number, sizeBytes: number): DiskLayout {
  const boot = { startBytes: HEAD_BYTES[partitioning], sizeBytes: bootBytes };
  return {
    sizeBytes,
    ...(bootBytes > 0 && { boot }),
    root: {
      startBytes: boot.startBytes + bootBytes,
      sizeBytes: sizeBytes - overheadBytes(partitioning, bootBytes),
    },
  };
}

function overheadBytes(partitioning: Partitioning, bootBytes: number): number {
  return HEAD_BYTES[partitioning] + bootBytes + TAIL_BYTES[partitioning];
}

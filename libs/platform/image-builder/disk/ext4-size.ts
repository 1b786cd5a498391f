import { MIB, roundUp } from './sizes.js';
import type { TreeSize } from './tree-survey.js';

export const INODE_BYTES = 256;
const BLOCK_BYTES = 4096;
/** The journal may take half of the room at most, and the smallest takes 4 MiB. */
const MIN_BYTES = 12 * MIB;
const MIN_JOURNAL_BYTES = 4 * MIB;
const MAX_JOURNAL_BYTES = 64 * MIB;
/** Blocks that one bitmap tells of. */
const GROUP_BYTES = 128 * MIB;
/** One inode for each such piece of the disk, unless the tree has more files: mke2fs's own measure. */
const BYTES_PER_INODE = 16_384;
/** Descriptors of groups in a block: 64 bytes each. */
const DESCRIPTORS_PER_BLOCK = 64;
/** The file system may grow by this much before it has to move: mke2fs's own measure, and its bound. */
const GROWTH = 1024;
const MAX_GROWTH_BLOCKS = BLOCK_BYTES / 4;
/** Room to work in, beyond what the tree takes. */
const HEADROOM_SHARE = 0.2;
const HEADROOM_BYTES = 16 * MIB;
/** Extent and index blocks that the tree may need here though it needs none where it is. */
const SLACK_SHARE = 0.01;
const SLACK_BYTES = MIB;

/** Of the journal, in whole MiB: about what mke2fs would choose, but without leaps, so that a larger disk never holds less. */
export function journalBytes(sizeBytes: number): number {
  return Math.min(MAX_JOURNAL_BYTES, Math.max(MIN_JOURNAL_BYTES, Math.floor(sizeBytes / 16 / MIB) * MIB));
}

/** How many files the file system can have: with room for a quarter more than there are. */
export function inodeCount({ inodes }: TreeSize, sizeBytes: number): number {
  return Math.max(Math.ceil(sizeBytes / BYTES_PER_INODE), Math.ceil(inodes * 1.25) + 64);
}

/** The smallest file system that holds the tree, in whole MiB. */
export function ext4SmallestBytes(tree: TreeSize): number {
  let sizeBytes = MIN_BYTES;
  // What it takes for itself grows with its size, but far slower: this ends.
  while (requiredBytes(tree, sizeBytes) > sizeBytes) sizeBytes = roundUp(requiredBytes(tree, sizeBytes), MIB);
  return sizeBytes;
}

/** What the tree, and a file system of `sizeBytes` for itself, take together. */
function requiredBytes(tree: TreeSize, sizeBytes: number): number {
  const contentBytes = tree.allocatedBytes * (1 + SLACK_SHARE) + SLACK_BYTES;
  const ownBytes = inodeCount(tree, sizeBytes) * INODE_BYTES + journalBytes(sizeBytes) + groupBytes(sizeBytes);
  return Math.ceil(contentBytes + ownBytes);
}

/** A size with room to work in, in whole MiB. */
export function ext4RoomyBytes(tree: TreeSize): number {
  const roomBytes = tree.allocatedBytes * HEADROOM_SHARE + HEADROOM_BYTES;
  return ext4SmallestBytes({ ...tree, allocatedBytes: tree.allocatedBytes + roomBytes });
}

/** What the groups of blocks take: bitmaps, and in some of them copies of all descriptors, with room for more. */
function groupBytes(sizeBytes: number): number {
  const groups = Math.max(1, Math.ceil(sizeBytes / GROUP_BYTES));
  const descriptors = Math.ceil(groups / DESCRIPTORS_PER_BLOCK);
  const growth = Math.min(MAX_GROWTH_BLOCKS, Math.ceil((groups * GROWTH) / DESCRIPTORS_PER_BLOCK));
  return (groups * 2 + groupsWithCopies(groups) * (1 + descriptors + growth)) * BLOCK_BYTES;
}

/** The groups 0, 1, and all powers of 3, 5 and 7. */
function groupsWithCopies(groups: number): number {
  let copies = Math.min(groups, 2);
  for (const factor of [3, 5, 7]) for (let power = factor; power < groups; power *= factor) copies++;
  return copies;
}

import { GIB, MIB, roundUp } from './sizes.js';
import type { TreeSize } from './tree-survey.js';

/** mkfs.xfs makes none that is smaller. */
const MIN_BYTES = 300 * MIB;
export const INODE_BYTES = 512;
/** The log: a 2048th of the whole within these bounds, as mkfs.xfs chooses it. */
const LOG_SHARE = 2048;
const MIN_LOG_BYTES = 64 * MIB;
const MAX_LOG_BYTES = 2 * GIB;
/** Blocks of indexes, and what is left over of those that inodes are given out in. */
const SLACK_SHARE = 0.02;
const SLACK_BYTES = 8 * MIB;
/** Room to work in, beyond what the tree takes. */
const HEADROOM_SHARE = 0.2;
const HEADROOM_BYTES = 16 * MIB;

/** The smallest file system that holds the tree, in whole MiB. */
export function xfsSmallestBytes(tree: TreeSize): number {
  const contentBytes = (tree.allocatedBytes + tree.inodes * INODE_BYTES) * (1 + SLACK_SHARE) + SLACK_BYTES;
  const logBytes = Math.min(MAX_LOG_BYTES, Math.max(MIN_LOG_BYTES, contentBytes / (LOG_SHARE - 1)));
  return Math.max(MIN_BYTES, roundUp(contentBytes + logBytes, MIB));
}

/** A size with room to work in, in whole MiB. */
export function xfsRoomyBytes(tree: TreeSize): number {
  const roomBytes = tree.allocatedBytes * HEADROOM_SHARE + HEADROOM_BYTES;
  return xfsSmallestBytes({ ...tree, allocatedBytes: tree.allocatedBytes + roomBytes });
}

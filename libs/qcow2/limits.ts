/** What an operator allows, and the bounds that keep an examination cheap. */
export interface Qcow2Limits {
  /** Largest disk the guest may see. */
  readonly maxVirtualSizeBytes: number;
  /** Accept AES and LUKS images; their tables are checked all the same. */
  readonly allowEncryption: boolean;
  /** Accept internal snapshots; their L1 and L2 tables are checked like the active ones. */
  readonly allowInternalSnapshots: boolean;
  /** Snapshots in one image, where they are allowed: each adds a tree to walk and a buffer to hold. */
  readonly maxSnapshots: number;
  /**
   * Guest bytes that compressed clusters may unfold to, per byte of the file. Whatever is set here, the compression's
   * own ceiling holds as well (see `compression.ts`).
   */
  readonly maxExpansionRatio: number;
  /** Clusters in the file: two bits of memory for each. */
  readonly maxHostClusters: number;
  /** Compressed clusters in the image: eight bytes of memory for each. */
  readonly maxCompressedClusters: number;
}

const TIB = 2 ** 40;

/**
 * Defaults that let in whatever `qemu-img create` and `convert` make up to 16 TiB.
 *
 * The densest honest image is a disk of one repeated byte in 2 MiB zstd clusters: `qemu-img` needs 84 bytes for each,
 * 25,000 : 1; a zstd block cannot exceed 32,768 : 1. 2^28 host clusters are a file of 16 TiB at 64 KiB clusters, and
 * 128 GiB at 512 bytes, where QEMU's own limit on the L1 table ends too.
 */
export const DEFAULT_LIMITS: Qcow2Limits = {
  maxVirtualSizeBytes: 16 * TIB,
  allowEncryption: false,
  allowInternalSnapshots: false,
  maxSnapshots: 64,
  maxExpansionRatio: 32_768,
  maxHostClusters: 2 ** 28,
  maxCompressedClusters: 2 ** 24,
};

import { claimBitmaps } from './bitmaps.js';
import type { ByteSource } from './byte-source.js';
import type { Compression } from './compression.js';
import { refuseCutCluster } from './cut-cluster.js';
import { Examination } from './examination.js';
import { GuestClusters } from './guest-clusters.js';
import { readHeaderCluster } from './header-cluster.js';
import { COMPATIBLE, INCOMPATIBLE } from './header.js';
import { ImageReader } from './image-reader.js';
import { claimMappingTables } from './l1-table.js';
import { DEFAULT_LIMITS, type Qcow2Limits } from './limits.js';
import { Ownership, refusePolyglot } from './ownership.js';
import { claimRefcounts } from './refcounts.js';
import { claimSnapshots, type Tree } from './snapshots.js';

/** What an admitted image says of itself, all of it checked. */
export interface Qcow2Facts {
  readonly version: 2 | 3;
  readonly virtualSizeBytes: number;
  readonly clusterSizeBytes: number;
  /** How compressed clusters are packed, or would be. */
  readonly compression: Compression;
  readonly hasCompressedClusters: boolean;
  readonly extendedL2: boolean;
  readonly refcountBits: number;
  readonly lazyRefcounts: boolean;
  /** The last writer didn't close the image. Its data is whole; refcounts are rebuilt when it is next written to. */
  readonly dirty: boolean;
  readonly encryption: 'none' | 'aes' | 'luks';
  readonly snapshotCount: number;
  /** Consistent persistent bitmaps. */
  readonly bitmapCount: number;
  /** Guest bytes that the file stores, by whole clusters. */
  readonly allocatedBytes: number;
}

const ENCRYPTIONS = ['none', 'aes', 'luks'] as const;

/**
 * Examines a whole image: header, tables, and where they lead. Reads the metadata, 66 KiB at either end, and no other
 * data; the order of the checks is in README.md.
 * Throws Qcow2RefusedError when the image may not enter; errors of the source pass through.
 */
export async function inspect(source: ByteSource, limits: Qcow2Limits = DEFAULT_LIMITS): Promise<Qcow2Facts> {
  const reader = new ImageReader(source);
  const { header, extensions } = await readHeaderCluster(reader, limits);
  const examination = new Examination(reader, header, extensions, limits);
  const trees = await claimTables(examination);
  const ownership = new Ownership(examination);
  const guest = new GuestClusters(examination);
  await guest.claim(trees);
  if (guest.cutCluster) await refuseCutCluster(examination, guest.cutCluster);
  await refusePolyglot(examination, ownership);
  return {
    version: header.version,
    virtualSizeBytes: header.virtualSizeBytes,
    clusterSizeBytes: header.clusterSizeBytes,
    compression: header.compression,
    hasCompressedClusters: guest.compressedClusters > 0,
    extendedL2: header.extendedL2,
    refcountBits: 2 ** header.refcountOrder,
    lazyRefcounts: (header.compatibleFeatures & COMPATIBLE.lazyRefcounts) !== 0n,
    dirty: (header.incompatibleFeatures & INCOMPATIBLE.dirty) !== 0n,
    encryption: ENCRYPTIONS[header.cryptMethod] ?? 'none',
    snapshotCount: header.snapshotCount,
    bitmapCount: extensions.bitmaps?.count ?? 0,
    allocatedBytes: guest.dataClusters * header.clusterSizeBytes,
  };
}

/** Every table gets its clusters before any guest data does, so that data on a table is seen whichever comes first. */
async function claimTables(examination: Examination): Promise<Tree[]> {
  const { header, extensions } = examination;
  await examination.claimTable('header', 0, header.clusterSizeBytes);
  await claimRefcounts(examination);
  const { luks } = extensions;
  if (luks) await examination.claimTable('encryption header pointer', luks.offset, luks.lengthBytes);
  await claimBitmaps(examination);
  const snapshots = await claimSnapshots(examination);
  const trees = [{ l1Offset: header.l1TableOffset, l1Size: header.l1Size }, ...snapshots];
  await claimMappingTables(examination, trees);
  return trees;
}

import { AUTOCLEAR, INCOMPATIBLE, type Qcow2Header } from './header.js';
import type { Qcow2Limits } from './limits.js';
import { hex, refuse } from './refusal.js';

/** QEMU's own bounds; no image it makes goes beyond them. */
const MAX_L1_BYTES = 32 * 2 ** 20;
const MAX_REFCOUNT_TABLE_BYTES = 8 * 2 ** 20;

/** File offsets are signed everywhere. */
const MAX_OFFSET = 2 ** 63;

const MAX_REFCOUNT_ORDER = 6;
const MIN_EXTENDED_L2_CLUSTER_BITS = 14;

const FLATTEN = 'make it self-contained with `qemu-img convert -O qcow2 <in> <out>`';

/** Everything the header alone decides. Throws Qcow2RefusedError. Spec: "Header". */
export function refuseByHeader(header: Qcow2Header, limits: Qcow2Limits): void {
  refuseIncompatibleFeatures(header);
  refuseOtherFiles(header);
  refuseEncryption(header, limits);
  refuseSnapshots(header, limits);
  refuseVirtualSize(header, limits);
  refuseImpossibleSizes(header);
  refuseMisplacedTables(header);
}

function refuseIncompatibleFeatures({ incompatibleFeatures: bits }: Qcow2Header): void {
  if (bits & INCOMPATIBLE.corrupt) {
    refuse('incompatible_features', 'the corrupt bit is set; repair the image with `qemu-img check -r all <image>`');
  }
  const known = Object.values(INCOMPATIBLE).reduce((all, bit) => all | bit, 0n);
  const unknown = bits & ~known;
  if (unknown) refuse('incompatible_features', `unknown bits 0x${unknown.toString(16)} are set`);
}

function refuseOtherFiles(header: Qcow2Header): void {
  if (header.backingFileOffset !== 0) refuse('backing_file_offset', `the image needs a backing file; ${FLATTEN}`);
  if (header.incompatibleFeatures & INCOMPATIBLE.dataFile) {
    refuse('incompatible_features', `the image keeps its data in an external data file; ${FLATTEN}`);
  }
  if (header.autoclearFeatures & AUTOCLEAR.rawDataFile) {
    refuse('autoclear_features', `the raw external data bit is set; ${FLATTEN}`);
  }
}

function refuseEncryption({ cryptMethod }: Qcow2Header, limits: Qcow2Limits): void {
  if (cryptMethod > 2) refuse('crypt_method', `${cryptMethod} is unknown`);
  if (cryptMethod !== 0 && !limits.allowEncryption) {
    refuse('crypt_method', 'encrypted images are not allowed here; decrypt it with `qemu-img convert`');
  }
}

function refuseSnapshots({ snapshotCount }: Qcow2Header, limits: Qcow2Limits): void {
  if (snapshotCount > 0 && !limits.allowInternalSnapshots) {
    refuse('nb_snapshots', `internal snapshots are not allowed here; ${FLATTEN}`);
  }
  if (snapshotCount > limits.maxSnapshots) {
    refuse('nb_snapshots', `${snapshotCount} snapshots are more than the ${limits.maxSnapshots} allowed`);
  }
}

function refuseVirtualSize({ virtualSizeBytes }: Qcow2Header, limits: Qcow2Limits): void {
  const most = Math.min(limits.maxVirtualSizeBytes, Number.MAX_SAFE_INTEGER);
  if (virtualSizeBytes > most)
    refuse('size', `a virtual size of ${virtualSizeBytes} bytes is over the limit of ${most}`);
}

function refuseImpossibleSizes(header: Qcow2Header): void {
  if (header.refcountOrder > MAX_REFCOUNT_ORDER) refuse('refcount_order', `${header.refcountOrder} is over 6`);
  const typeBit = (header.incompatibleFeatures & INCOMPATIBLE.compressionType) !== 0n;
  if (header.compressionType > 1) refuse('compression_type', `${header.compressionType} is unknown`);
  if (typeBit !== header.compressionType > 0) {
    refuse('compression_type', `${header.compressionType} contradicts the compression type bit`);
  }
  if (header.extendedL2 && header.clusterBits < MIN_EXTENDED_L2_CLUSTER_BITS) {
    refuse('cluster_bits', `${header.clusterBits} is below 14, which extended L2 entries need`);
  }
  refuseImpossibleTables(header);
}

function refuseImpossibleTables(header: Qcow2Header): void {
  const { clusterSizeBytes, l1Size, l2Entries, refcountTableClusters, virtualSizeBytes } = header;
  const l1Needed = Math.ceil(virtualSizeBytes / (clusterSizeBytes * l2Entries));
  if (l1Size < l1Needed) refuse('l1_size', `${l1Size} entries cannot map the disk, which takes ${l1Needed}`);
  if (l1Size * 8 > MAX_L1_BYTES) refuse('l1_size', `${l1Size} entries are over the limit of 32 MiB`);
  if (refcountTableClusters === 0) refuse('refcount_table_clusters', 'is 0: there is no refcount table');
  if (refcountTableClusters * clusterSizeBytes > MAX_REFCOUNT_TABLE_BYTES) {
    refuse('refcount_table_clusters', `${refcountTableClusters} clusters are over the limit of 8 MiB`);
  }
}

function refuseMisplacedTables(header: Qcow2Header): void {
  const { clusterSizeBytes } = header;
  const tables = [
    ['l1_table_offset', header.l1TableOffset, header.l1Size],
    ['refcount_table_offset', header.refcountTableOffset, header.refcountTableClusters],
    ['snapshots_offset', header.snapshotsOffset, header.snapshotCount],
  ] as const;
  for (const [field, offset, entries] of tables) {
    if (offset % clusterSizeBytes !== 0) refuse(field, `${hex(offset)} is not aligned to a cluster`);
    if (offset >= MAX_OFFSET) refuse(field, `${hex(offset)} is past any file's end`);
    if (entries > 0 && offset < clusterSizeBytes) refuse(field, `${hex(offset)} overlaps the header`);
  }
}

/**
 * What the header and the file's size decide together: the tables the header points at, and the file as a whole.
 * Throws Qcow2RefusedError.
 */
export function refuseByFileSize(header: Qcow2Header, fileSizeBytes: number, limits: Qcow2Limits): void {
  const { clusterSizeBytes } = header;
  const tables = [
    ['l1_table_offset', header.l1TableOffset, header.l1Size * 8],
    ['refcount_table_offset', header.refcountTableOffset, header.refcountTableClusters * clusterSizeBytes],
  ] as const;
  for (const [field, offset, length] of tables) {
    if (offset + length > fileSizeBytes) {
      refuse(field, `the table at ${hex(offset)} ends past the end of the file; the upload may be truncated`);
    }
  }
  if (fileSizeBytes / clusterSizeBytes > limits.maxHostClusters) {
    refuse('cluster_bits', 'the file has too many clusters; convert it with `-o cluster_size=64k` or larger');
  }
}

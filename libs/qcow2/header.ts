import type { Compression } from './compression.js';
import { refuse } from './refusal.js';
import { readU64 } from './words.js';

/** "QFI" and 0xfb, the first four bytes of every QCOW2 file. */
export const MAGIC = Buffer.from([0x51, 0x46, 0x49, 0xfb]);

export const V2_HEADER_BYTES = 72;
export const V3_HEADER_BYTES = 104;
/** Where `compression_type`, the only additional field so far, and its padding end. */
const KNOWN_HEADER_BYTES = 112;

const MIN_CLUSTER_BITS = 9;
const MAX_CLUSTER_BITS = 21;
const V2_REFCOUNT_ORDER = 4;

/** Known bits of `incompatible_features`. */
export const INCOMPATIBLE = { dirty: 1n, corrupt: 2n, dataFile: 4n, compressionType: 8n, extendedL2: 16n } as const;
/** Known bits of `compatible_features`. */
export const COMPATIBLE = { lazyRefcounts: 1n } as const;
/** Known bits of `autoclear_features`. */
export const AUTOCLEAR = { bitmaps: 1n, rawDataFile: 2n } as const;

/** The header's fields as they stand in the file, plus what follows from them. Offsets and sizes in bytes. */
export interface Qcow2Header {
  readonly version: 2 | 3;
  readonly backingFileOffset: number;
  readonly clusterBits: number;
  readonly clusterSizeBytes: number;
  readonly virtualSizeBytes: number;
  readonly cryptMethod: number;
  readonly l1Size: number;
  readonly l1TableOffset: number;
  readonly refcountTableOffset: number;
  readonly refcountTableClusters: number;
  readonly snapshotCount: number;
  readonly snapshotsOffset: number;
  readonly incompatibleFeatures: bigint;
  readonly compatibleFeatures: bigint;
  readonly autoclearFeatures: bigint;
  readonly refcountOrder: number;
  readonly headerLengthBytes: number;
  readonly compressionType: number;
  readonly compression: Compression;
  readonly extendedL2: boolean;
  readonly l2EntryBytes: 8 | 16;
  readonly l2Entries: number;
}

/**
 * How many bytes the next decision takes: 4 for the magic, 8 for the version, then the whole header.
 * Throws Qcow2RefusedError as soon as the bytes at hand rule QCOW2 out, down to a wrong first byte.
 */
export function headerBytesNeeded(first: Buffer): number {
  refuseForeignMagic(first);
  if (first.length < MAGIC.length) return MAGIC.length;
  if (first.length < 8) return 8;
  if (readVersion(first) === 2) return V2_HEADER_BYTES;
  if (first.length < V3_HEADER_BYTES) return V3_HEADER_BYTES;
  return Math.min(Math.max(first.readUInt32BE(100), V3_HEADER_BYTES), KNOWN_HEADER_BYTES);
}

function refuseForeignMagic(first: Buffer): void {
  const seen = Math.min(first.length, MAGIC.length);
  if (first.subarray(0, seen).equals(MAGIC.subarray(0, seen))) return;
  refuse('magic', 'this is not a QCOW2 image; make one with `qemu-img convert -O qcow2 <in> <out>`');
}

function readVersion(first: Buffer): 2 | 3 {
  const version = first.readUInt32BE(4);
  if (version === 2 || version === 3) return version;
  return refuse('version', `${version} is not supported; convert with \`qemu-img convert -O qcow2 <in> <out>\``);
}

/**
 * Decodes the header. Spec: "Header" and "Additional fields".
 *
 * @param bytes the file from its start, at least `headerBytesNeeded` of it
 * Throws Qcow2RefusedError for another format or version, a cut header, and values no field of that name can have.
 */
export function parseHeader(bytes: Buffer): Qcow2Header {
  const needed = headerBytesNeeded(bytes);
  if (bytes.length < needed) refuse('header', `the file ends after ${bytes.length} bytes, inside its header`);
  const version = readVersion(bytes);
  const clusterBits = bytes.readUInt32BE(20);
  if (clusterBits < MIN_CLUSTER_BITS || clusterBits > MAX_CLUSTER_BITS) {
    refuse('cluster_bits', `${clusterBits} is outside 9 to 21 (clusters of 512 bytes to 2 MiB)`);
  }
  const clusterSizeBytes = 2 ** clusterBits;
  const extra = version === 3 ? parseVersion3Fields(bytes, clusterSizeBytes) : VERSION_2_FIELDS;
  const l2EntryBytes = extra.extendedL2 ? 16 : 8;
  return {
    version,
    backingFileOffset: readU64(bytes, 8),
    clusterBits,
    clusterSizeBytes,
    virtualSizeBytes: readU64(bytes, 24),
    cryptMethod: bytes.readUInt32BE(32),
    l1Size: bytes.readUInt32BE(36),
    l1TableOffset: readU64(bytes, 40),
    refcountTableOffset: readU64(bytes, 48),
    refcountTableClusters: bytes.readUInt32BE(56),
    snapshotCount: bytes.readUInt32BE(60),
    snapshotsOffset: readU64(bytes, 64),
    ...extra,
    l2EntryBytes,
    l2Entries: clusterSizeBytes / l2EntryBytes,
  };
}

type Version3Fields = Pick<
  Qcow2Header,
  | 'incompatibleFeatures'
  | 'compatibleFeatures'
  | 'autoclearFeatures'
  | 'refcountOrder'
  | 'headerLengthBytes'
  | 'compressionType'
  | 'compression'
  | 'extendedL2'
>;

/** What a version 2 header leaves out is assumed: no features, 16-bit refcounts, deflate. */
const VERSION_2_FIELDS: Version3Fields = {
  incompatibleFeatures: 0n,
  compatibleFeatures: 0n,
  autoclearFeatures: 0n,
  refcountOrder: V2_REFCOUNT_ORDER,
  headerLengthBytes: V2_HEADER_BYTES,
  compressionType: 0,
  compression: 'zlib',
  extendedL2: false,
};

function parseVersion3Fields(bytes: Buffer, clusterSizeBytes: number): Version3Fields {
  const headerLengthBytes = bytes.readUInt32BE(100);
  if (headerLengthBytes < V3_HEADER_BYTES || headerLengthBytes > clusterSizeBytes || headerLengthBytes % 8 !== 0) {
    refuse('header_length', `${headerLengthBytes} is not a multiple of 8 from 104 to the cluster size`);
  }
  const incompatibleFeatures = bytes.readBigUInt64BE(72);
  const compressionType = headerLengthBytes > V3_HEADER_BYTES ? bytes.readUInt8(V3_HEADER_BYTES) : 0;
  return {
    incompatibleFeatures,
    compatibleFeatures: bytes.readBigUInt64BE(80),
    autoclearFeatures: bytes.readBigUInt64BE(88),
    refcountOrder: bytes.readUInt32BE(96),
    headerLengthBytes,
    compressionType,
    compression: compressionType === 1 ? 'zstd' : 'zlib',
    extendedL2: (incompatibleFeatures & INCOMPATIBLE.extendedL2) !== 0n,
  };
}

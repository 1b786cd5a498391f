import type { Qcow2Header } from './header.js';
import { hex, refuse } from './refusal.js';
import { splitPointer } from './words.js';

export const SECTOR_BYTES = 512;
const SUBCLUSTERS = 32;

/** A guest cluster that has a host cluster to itself. */
export interface StandardCluster {
  readonly kind: 'standard';
  readonly hostOffset: number;
  /**
   * How many of its bytes a guest can read: fewer at the disk's end and with unallocated subclusters, none when zero.
   */
  readonly readableBytes: number;
}

/** A guest cluster packed into whole sectors, the first and last of which it may share. */
export interface CompressedCluster {
  readonly kind: 'compressed';
  /** Where its bytes start, not aligned to anything. */
  readonly hostOffset: number;
  /** Sectors beyond the one that `hostOffset` is in. */
  readonly additionalSectors: number;
}

export type GuestCluster = StandardCluster | CompressedCluster;

/** The first byte after the sectors that a compressed cluster may use. */
export function compressedEnd({ hostOffset, additionalSectors }: CompressedCluster): number {
  return (Math.floor(hostOffset / SECTOR_BYTES) + additionalSectors + 1) * SECTOR_BYTES;
}

/**
 * Decodes one L2 entry. Spec: "Cluster mapping" and "Extended L2 Entries".
 *
 * @param at the entry's place in `table`
 * @param guestOffset what the entry maps; may be beyond the disk's end
 * @returns undefined for an entry that uses no host cluster
 * Throws Qcow2RefusedError for bits that no writer may set.
 */
export function decodeL2Entry(
  header: Qcow2Header,
  table: Buffer,
  at: number,
  guestOffset: number,
): GuestCluster | undefined {
  const high = table.readUInt32BE(at);
  const low = table.readUInt32BE(at + 4);
  const allocated = header.extendedL2 ? table.readUInt32BE(at + 12) : 0;
  const zero = header.extendedL2 ? table.readUInt32BE(at + 8) : 0;
  if ((high | low | allocated | zero) === 0) return undefined;
  if (high & 0x4000_0000) {
    if ((allocated | zero) !== 0) refuseEntry(guestOffset, 'is compressed but has subcluster bits');
    return decodeCompressed(header, high, low, guestOffset);
  }
  return decodeStandard(header, high, low, { allocated, zero }, guestOffset);
}

function refuseEntry(guestOffset: number, problem: string): never {
  refuse('L2 table entry', `of guest offset ${hex(guestOffset)} ${problem}`);
}

/** The subclusters' bits; both 0 without extended L2 entries. */
interface Subclusters {
  readonly allocated: number;
  readonly zero: number;
}

function decodeStandard(
  header: Qcow2Header,
  highWord: number,
  lowWord: number,
  subclusters: Subclusters,
  guestOffset: number,
): StandardCluster | undefined {
  const { offset, low, high } = splitPointer(highWord, lowWord);
  const readsZero = (low & 1) === 1;
  if ((low & ~1) !== 0 || (high & 0x3f) !== 0) refuseEntry(guestOffset, 'has reserved bits set');
  if (readsZero && (header.version === 2 || header.extendedL2)) refuseEntry(guestOffset, 'has the reserved bit 0 set');
  if (subclusters.allocated & subclusters.zero) refuseEntry(guestOffset, 'has subclusters both allocated and zero');
  if (offset === 0) {
    if (high & 0x80) refuseEntry(guestOffset, 'points at the header as if it were data');
    if (subclusters.allocated !== 0) refuseEntry(guestOffset, 'has allocated subclusters but no cluster');
    return undefined;
  }
  if (offset % header.clusterSizeBytes !== 0)
    refuseEntry(guestOffset, `points at ${hex(offset)}, not a cluster's start`);
  const stored = header.extendedL2
    ? ((SUBCLUSTERS - Math.clz32(subclusters.allocated)) * header.clusterSizeBytes) / SUBCLUSTERS
    : header.clusterSizeBytes;
  const onDisk = Math.max(0, header.virtualSizeBytes - guestOffset);
  return { kind: 'standard', hostOffset: offset, readableBytes: readsZero ? 0 : Math.min(stored, onDisk) };
}

function decodeCompressed(header: Qcow2Header, high: number, low: number, guestOffset: number): CompressedCluster {
  if (high >>> 31) refuseEntry(guestOffset, 'is compressed but has bit 63 set');
  // The descriptor's 62 bits: the sector count in the upper cluster_bits - 8, the byte offset in the rest.
  const descriptorHigh = high & 0x3fff_ffff;
  const offsetHighBits = 30 - (header.clusterBits - 8);
  const offsetHigh = descriptorHigh & (2 ** offsetHighBits - 1);
  const additionalSectors = descriptorHigh >>> offsetHighBits;
  if (offsetHigh > 0x00ff_ffff) refuseEntry(guestOffset, 'has reserved bits 56 and up of its compressed offset set');
  if (additionalSectors > header.clusterSizeBytes / SECTOR_BYTES) {
    refuseEntry(guestOffset, `is compressed to ${additionalSectors + 1} sectors, more than a cluster has`);
  }
  return { kind: 'compressed', hostOffset: offsetHigh * 2 ** 32 + low, additionalSectors };
}

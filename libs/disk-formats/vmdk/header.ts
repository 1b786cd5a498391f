import type { DiskLimits } from '../disk-facts.js';
import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { isPowerOfTwo, readU64LE, refuseVirtualSize, SECTOR_BYTES } from '../rules.js';

/** Of the header that starts a sparse extent; spec: "Virtual Disk Format 5.0", "Hosted Sparse Extent Header". */
export interface VmdkHeader {
  readonly isCompressed: boolean;
  /** Entries of 1 mean grains of zeros. */
  readonly hasZeroGrains: boolean;
  readonly virtualSizeBytes: number;
  readonly grainBytes: number;
  readonly descriptorBytes: number;
  readonly directoryOffset: number;
}

/** The descriptor stands behind the header: QEMU looks for a parent's name there, whatever the header says. */
export const DESCRIPTOR_OFFSET = SECTOR_BYTES;
const MAX_DESCRIPTOR_SECTORS = 128;

const FLAGS = { validNewlines: 0x1, zeroGrains: 0x4, compressed: 0x1_0000, markers: 0x2_0000 };
const KNOWN_FLAGS = 0x3_0007;

/** The grain directory's place where it is only known at the end of the stream. */
const AT_END = 0xffff_ffff_ffff_ffffn;

/** A grain table has 512 entries, by the specification. */
export const TABLE_ENTRIES = 512;

/** Reads the header, and the footer that completes it. Throws DiskRefusedError. */
export async function readHeader(reader: DiskReader, limits: DiskLimits): Promise<VmdkHeader> {
  refuseOtherFiles(await reader.head(SECTOR_BYTES));
  const bytes = await reader.exact('header', 0, SECTOR_BYTES);
  refuseOtherKinds(bytes);
  const flags = bytes.readUInt32LE(8);
  const virtualSizeBytes = readU64LE(bytes, 12) * SECTOR_BYTES;
  // A capacity of 0 means that the descriptor lists the extents, which are other files.
  refuseVirtualSize('capacity', virtualSizeBytes, limits);
  const [grainSectors, descriptorSectors] = [readU64LE(bytes, 20), readU64LE(bytes, 36)];
  if (!isPowerOfTwo(grainSectors, 8, 2 ** 15)) {
    refuse('grainSize', `${grainSectors} sectors are not a power of two from 8 to 32768`);
  }
  if (readU64LE(bytes, 28) * SECTOR_BYTES !== DESCRIPTOR_OFFSET) {
    refuse('descriptorOffset', 'is not 1: the descriptor is not inside the file, where a disk of one file has it');
  }
  if (descriptorSectors < 1 || descriptorSectors > MAX_DESCRIPTOR_SECTORS) {
    refuse('descriptorSize', `${descriptorSectors} sectors are not from 1 to ${MAX_DESCRIPTOR_SECTORS}`);
  }
  return {
    isCompressed: (flags & FLAGS.compressed) !== 0,
    hasZeroGrains: (flags & FLAGS.zeroGrains) !== 0,
    virtualSizeBytes,
    grainBytes: grainSectors * SECTOR_BYTES,
    descriptorBytes: descriptorSectors * SECTOR_BYTES,
    directoryOffset: (await directorySector(reader, bytes)) * SECTOR_BYTES,
  };
}

/** Descriptors that are a file, and disks of ESX servers, name other files. */
function refuseOtherFiles(bytes: Buffer): void {
  if (bytes.toString('latin1', 0, 4) !== 'KDMV') {
    refuse(
      'magicNumber',
      'is that of a disk whose content is in other files; export it as monolithicSparse or streamOptimized',
    );
  }
}

function refuseOtherKinds(bytes: Buffer): void {
  const [version, flags] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
  if (version < 1 || version > 3) refuse('version', `${version} is not 1, 2 or 3`);
  if ((flags & ~KNOWN_FLAGS) !== 0) refuse('flags', `0x${flags.toString(16)} has bits of no known meaning`);
  if ((flags & FLAGS.validNewlines) !== 0 && bytes.toString('latin1', 73, 77) !== '\n \r\n') {
    refuse('newline characters', 'are damaged: the file was once copied as text; copy it again as binary');
  }
  const entries = bytes.readUInt32LE(44);
  if (entries !== TABLE_ENTRIES) refuse('numGTEsPerGT', `${entries} is not 512`);
  const [isCompressed, hasMarkers] = [(flags & FLAGS.compressed) !== 0, (flags & FLAGS.markers) !== 0];
  if (bytes.readUInt16LE(77) !== (isCompressed ? 1 : 0) || isCompressed !== hasMarkers) {
    refuse('compressAlgorithm', 'does not match the flags');
  }
}

async function directorySector(reader: DiskReader, header: Buffer): Promise<number> {
  if (header.readBigUInt64LE(56) !== AT_END) return readU64LE(header, 56);
  const footer = await readFooter(reader);
  // What tells the disk's shape repeats the header; readers believe the footer.
  const isAlike = (from: number, to: number): boolean => footer.subarray(from, to).equals(header.subarray(from, to));
  if (!isAlike(0, 28) || !isAlike(44, 48) || !isAlike(73, 79)) refuse('footer', 'says something else than the header');
  return readU64LE(footer, 56);
}

/** The last three sectors of a stream: a marker, the footer, and the mark of the end. Spec: "Stream-Optimized …". */
async function readFooter(reader: DiskReader): Promise<Buffer> {
  const end = await reader.tail(3 * SECTOR_BYTES);
  const isFooter = end.length === 3 * SECTOR_BYTES && end.readUInt32LE(8) === 0 && end.readUInt32LE(12) === 3;
  const isEnd = isFooter && end.subarray(2 * SECTOR_BYTES, 2 * SECTOR_BYTES + 16).every((byte) => byte === 0);
  if (!isEnd) refuse('footer', 'is not at the end of the file; the upload may be truncated');
  return end.subarray(SECTOR_BYTES, 2 * SECTOR_BYTES);
}

import type { DiskFacts, DiskLimits } from './disk-facts.js';
import type { DiskReader } from './disk-reader.js';
import { refuse } from './refusal.js';
import { isBlank, readU64LE, refuseExpansion, refuseVirtualSize, SECTOR_BYTES } from './rules.js';

/** Block size of every VDI that VirtualBox and QEMU make, and the only one QEMU reads. */
const BLOCK_BYTES = 2 ** 20;
const HEADER_BYTES = 512;
/** A map entry for a block that was never written, or that reads as zeros. */
const FIRST_UNMAPPED = 0xffff_fffe;

const VARIANTS = { 1: 'dynamic', 2: 'fixed' } as const;

interface VdiHeader {
  readonly variant: 'dynamic' | 'fixed';
  readonly virtualSizeBytes: number;
  readonly mapOffset: number;
  readonly dataOffset: number;
  readonly blocks: number;
}

/** Field names are those of VirtualBox's `VDIHEADER1PLUS`; all numbers are little-endian. */
function parseHeader(bytes: Buffer, limits: DiskLimits): VdiHeader {
  const version = bytes.readUInt32LE(0x44);
  if (version !== 0x0001_0001) refuse('u32Version', `0x${version.toString(16)} is not 1.1; save the disk as VDI anew`);
  const type = bytes.readUInt32LE(0x4c);
  if (type !== 1 && type !== 2) {
    refuse('u32Type', `${type} is neither dynamic (1) nor fixed (2): the disk needs another file; clone it into one`);
  }
  // The link (0x1a8) and the parent (0x1b8) of a differencing image.
  if (!isBlank(bytes.subarray(0x1a8, 0x1c8))) refuse('uuidParent', 'names another disk; clone this one into one file');
  const virtualSizeBytes = readU64LE(bytes, 0x170);
  refuseVirtualSize('cbDisk', virtualSizeBytes, limits);
  refuseOddLayout(bytes);
  const blocks = bytes.readUInt32LE(0x180);
  if (blocks !== Math.ceil(virtualSizeBytes / BLOCK_BYTES)) {
    refuse('cBlocks', `${blocks} blocks of 1 MiB are not what a disk of ${virtualSizeBytes} bytes has`);
  }
  const [mapOffset, dataOffset] = [bytes.readUInt32LE(0x154), bytes.readUInt32LE(0x158)];
  return { variant: VARIANTS[type], virtualSizeBytes, mapOffset, dataOffset, blocks };
}

function refuseOddLayout(bytes: Buffer): void {
  const sector = bytes.readUInt32LE(0x168);
  if (sector !== SECTOR_BYTES) refuse('cbSector', `${sector} is not 512`);
  const block = bytes.readUInt32LE(0x178);
  if (block !== BLOCK_BYTES) refuse('cbBlock', `${block} is not 1 MiB, the only block size that is read`);
  const extra = bytes.readUInt32LE(0x17c);
  if (extra !== 0) refuse('cbBlockExtra', `${extra} is not 0`);
}

function refuseMisplacedTables({ mapOffset, dataOffset, blocks }: VdiHeader): void {
  if (mapOffset % SECTOR_BYTES !== 0 || mapOffset < HEADER_BYTES) {
    refuse('offBlocks', `${mapOffset} is not a sector behind the header`);
  }
  if (dataOffset % SECTOR_BYTES !== 0 || dataOffset < mapOffset + blocks * 4) {
    refuse('offData', `${dataOffset} is not a sector behind the block map`);
  }
}

/** Throws DiskRefusedError. */
export async function inspectVdi(reader: DiskReader, limits: DiskLimits): Promise<DiskFacts> {
  const header = parseHeader(await reader.exact('header', 0, HEADER_BYTES), limits);
  refuseMisplacedTables(header);
  const { variant, virtualSizeBytes } = header;
  const allocatedBytes = (await countBlocks(reader, header)) * BLOCK_BYTES;
  refuseExpansion('block map', allocatedBytes, reader.sizeBytes, 1);
  return { format: 'vdi', variant, virtualSizeBytes, allocatedBytes };
}

/** Blocks that are in the file. Refuses an entry that leads out of it. */
async function countBlocks(reader: DiskReader, { mapOffset, dataOffset, blocks }: VdiHeader): Promise<number> {
  const there = Math.floor((reader.sizeBytes - dataOffset) / BLOCK_BYTES);
  let mapped = 0;
  for await (const piece of reader.pieces('block map', mapOffset, blocks * 4)) {
    for (let at = 0; at < piece.length; at += 4) {
      const block = piece.readUInt32LE(at);
      if (block >= FIRST_UNMAPPED) continue;
      if (block >= there)
        refuse('block map', `block ${block} is past the end of the file; the upload may be truncated`);
      mapped += 1;
    }
  }
  return mapped;
}

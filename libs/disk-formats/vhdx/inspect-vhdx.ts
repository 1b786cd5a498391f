import type { DiskFacts, DiskLimits } from '../disk-facts.js';
import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { refuseExpansion } from '../rules.js';
import { refuseUncleanHeaders } from './header.js';
import { readMetadata, type VhdxMetadata } from './metadata.js';
import { readRegions, type Region } from './region-table.js';

const MIB = 2 ** 20;

/** States of a payload block, MS-VHDX, 2.5.1.1. 4 and 5 are reserved, 7 is for disks with a parent. */
const FULLY_PRESENT = 6;
const MAX_ABSENT = 3;

/** Throws DiskRefusedError. Field names are those of MS-VHDX. */
export async function inspectVhdx(reader: DiskReader, limits: DiskLimits): Promise<DiskFacts> {
  await refuseUncleanHeaders(reader);
  const regions = await readRegions(reader);
  const { bat, metadata } = regions;
  if (bat.offset < metadata.offset + metadata.length && metadata.offset < bat.offset + bat.length) {
    refuse('region table', 'puts two regions in one place');
  }
  const disk = await readMetadata(reader, metadata, limits);
  const allocatedBytes = (await countBlocks(reader, bat, disk)) * disk.blockBytes;
  refuseExpansion('BAT', allocatedBytes, reader.sizeBytes, 1);
  const { variant, virtualSizeBytes } = disk;
  return { format: 'vhdx', variant, virtualSizeBytes, allocatedBytes };
}

/** Blocks that are in the file. Refuses an entry of an impossible state or that leads out of it. */
async function countBlocks(reader: DiskReader, bat: Region, disk: VhdxMetadata): Promise<number> {
  // After so many payload blocks comes one for a sector bitmap, which only disks with a parent fill. MS-VHDX, 2.5.
  const chunkRatio = (2 ** 23 * disk.logicalSectorBytes) / disk.blockBytes;
  const payloads = Math.ceil(disk.virtualSizeBytes / disk.blockBytes);
  const entries = payloads + Math.floor((payloads - 1) / chunkRatio);
  if (entries * 8 > bat.length) refuse('BAT', `${bat.length} bytes cannot map the disk`);
  let [index, blocks] = [0, 0];
  for await (const piece of reader.pieces('BAT', bat.offset, entries * 8)) {
    for (let at = 0; at < piece.length; at += 8, index += 1) {
      const isBitmap = index % (chunkRatio + 1) === chunkRatio;
      if (isPresent(reader, disk, piece.readBigUInt64LE(at), isBitmap)) blocks += 1;
    }
  }
  return blocks;
}

function isPresent(reader: DiskReader, { blockBytes }: VhdxMetadata, entry: bigint, isBitmap: boolean): boolean {
  const state = Number(entry & 7n);
  if (state <= (isBitmap ? 0 : MAX_ABSENT)) return false;
  if (isBitmap || state !== FULLY_PRESENT) {
    refuse('BAT', `the state ${state} of a block has no meaning in a disk without a parent; the file is corrupt`);
  }
  const offset = Number(entry >> 20n) * MIB;
  if (offset < MIB || offset + blockBytes > reader.sizeBytes) {
    refuse('BAT', `a block at byte ${offset} is not in the file; the upload may be truncated`);
  }
  return true;
}

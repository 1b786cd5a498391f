import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { isBlank, isPowerOfTwo, readU64BE, refuseExpansion, SECTOR_BYTES } from '../rules.js';
import { refuseChecksum } from './checksum.js';
import { FOOTER_BYTES, type VhdFooter } from './footer.js';

const HEADER_BYTES = 1024;
/** Of the specification's 2 MiB; others appear, larger ones are a lie or a waste. */
const MAX_BLOCK_BYTES = 256 * 2 ** 20;
const UNUSED = 0xffff_ffff;

interface DynamicHeader {
  readonly tableOffset: number;
  readonly entries: number;
  readonly blockBytes: number;
}

/** Spec: "Dynamic Disk Header Format"; all numbers are big-endian. */
function parseHeader(bytes: Buffer, virtualSizeBytes: number): DynamicHeader {
  if (bytes.toString('latin1', 0, 8) !== 'cxsparse') refuse('dynamic header Cookie', 'is missing; the file is corrupt');
  refuseChecksum('dynamic header Checksum', bytes, 36);
  const version = bytes.readUInt32BE(24);
  if (version !== 0x0001_0000) refuse('Header Version', `0x${version.toString(16)} is not 1.0`);
  refuseParent(bytes);
  const [entries, blockBytes] = [bytes.readUInt32BE(28), bytes.readUInt32BE(32)];
  if (!isPowerOfTwo(blockBytes, SECTOR_BYTES, MAX_BLOCK_BYTES)) {
    refuse('Block Size', `${blockBytes} is not a power of two from 512 bytes to 256 MiB`);
  }
  if (entries < Math.ceil(virtualSizeBytes / blockBytes)) {
    refuse('Max Table Entries', `${entries} blocks cannot map the disk`);
  }
  return { tableOffset: readU64BE(bytes, 16), entries, blockBytes };
}

/** Parent Unique ID, Parent Time Stamp, Parent Unicode Name and the Parent Locator Entries. */
function refuseParent(bytes: Buffer): void {
  const isAlone = [bytes.subarray(40, 56), bytes.subarray(64, 768)].every(isBlank);
  if (!isAlone) refuse('Parent Locator Entry', 'names another disk; merge the two into one file');
}

/**
 * What a dynamic disk has allocated, in bytes.
 * @throws DiskRefusedError
 */
export async function inspectDynamicDisk(reader: DiskReader, footer: VhdFooter): Promise<number> {
  const bytes = await reader.exact('Data Offset', footer.dataOffset, HEADER_BYTES);
  const header = parseHeader(bytes, footer.virtualSizeBytes);
  if (header.tableOffset % SECTOR_BYTES !== 0 || header.tableOffset < FOOTER_BYTES) {
    refuse('Table Offset', `${header.tableOffset} is not a sector behind the first`);
  }
  const allocatedBytes = (await countBlocks(reader, header)) * header.blockBytes;
  refuseExpansion('BAT', allocatedBytes, reader.sizeBytes, 1);
  return allocatedBytes;
}

/** Refuses a block that is not wholly in the file, its sector bitmap included. Spec: "Block Allocation Table". */
async function countBlocks(reader: DiskReader, { tableOffset, entries, blockBytes }: DynamicHeader): Promise<number> {
  const bitmapSectors = Math.ceil(blockBytes / SECTOR_BYTES / 8 / SECTOR_BYTES);
  const blockSectors = bitmapSectors + blockBytes / SECTOR_BYTES;
  const lastSector = Math.floor((reader.sizeBytes - FOOTER_BYTES) / SECTOR_BYTES) - blockSectors;
  let blocks = 0;
  for await (const piece of reader.pieces('BAT', tableOffset, entries * 4)) {
    for (let at = 0; at < piece.length; at += 4) {
      const sector = piece.readUInt32BE(at);
      if (sector === UNUSED) continue;
      if (sector > lastSector) refuse('BAT', `a block at sector ${sector} ends past the end of the file`);
      blocks += 1;
    }
  }
  return blocks;
}

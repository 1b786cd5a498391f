import { type DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { SECTOR_BYTES } from '../rules.js';
import { TABLE_ENTRIES, type VmdkHeader } from './header.js';

const TABLE_BYTES = TABLE_ENTRIES * 4;
const TABLE_SECTORS = TABLE_BYTES / SECTOR_BYTES;
/** Enough for 32 TiB of the usual grains of 64 KiB. */
const MAX_TABLES = 2 ** 20;
/** A compressed grain: where it belongs, its length, and at least the empty stream. */
const MIN_COMPRESSED_BYTES = 12 + 8;

/**
 * Follows the grain directory and its tables. Refuses what leads out of the file, and tables that share their bytes: so
 * no more is read than the file is long.
 * @returns bytes of the disk that are in the file, by whole grains
 */
export async function countGrainBytes(reader: DiskReader, header: VmdkHeader): Promise<number> {
  let grains = 0;
  for (const place of await sortedTables(reader, header)) {
    const index = place % MAX_TABLES;
    const offset = ((place - index) / MAX_TABLES) * SECTOR_BYTES;
    grains += countGrains(reader, header, await reader.ahead('grain directory', offset, TABLE_BYTES), index);
  }
  return grains * header.grainBytes;
}

/** The tables by their place in the file, each as `sector * MAX_TABLES + index in the directory`, below 2^52. */
async function sortedTables(reader: DiskReader, header: VmdkHeader): Promise<Float64Array> {
  const entries = Math.ceil(header.virtualSizeBytes / (header.grainBytes * TABLE_ENTRIES));
  if (entries > MAX_TABLES)
    refuse('grainSize', 'is too small for a disk of this size; export it with grains of 64 KiB');
  const places: number[] = [];
  let index = 0;
  for await (const piece of reader.pieces('grain directory', header.directoryOffset, entries * 4)) {
    for (let at = 0; at < piece.length; at += 4, index += 1) {
      const sector = piece.readUInt32LE(at);
      if (sector > 0) places.push(sector * MAX_TABLES + index);
    }
  }
  const sorted = Float64Array.from(places).sort();
  let free = 0;
  for (const place of sorted) {
    const sector = Math.floor(place / MAX_TABLES);
    if (sector < free) refuse('grain directory', 'names tables that share their place in the file; it is corrupt');
    free = sector + TABLE_SECTORS;
  }
  return sorted;
}

function countGrains(reader: DiskReader, header: VmdkHeader, table: Buffer, tableIndex: number): number {
  let grains = 0;
  for (let entry = 0; entry < TABLE_ENTRIES; entry += 1) {
    const sector = table.readUInt32LE(entry * 4);
    if (sector === 0 || (sector === 1 && header.hasZeroGrains)) continue;
    const guestOffset = (tableIndex * TABLE_ENTRIES + entry) * header.grainBytes;
    // The last grain need not be there in full.
    const length = Math.min(header.grainBytes, header.virtualSizeBytes - guestOffset);
    if (length <= 0) refuse('grain table', 'has a grain behind the end of the disk; the file is corrupt');
    const needed = header.isCompressed ? MIN_COMPRESSED_BYTES : length;
    if (sector * SECTOR_BYTES + needed > reader.sizeBytes) {
      refuse('grain table', `a grain at sector ${sector} ends past the end of the file; the upload may be truncated`);
    }
    grains += 1;
  }
  return grains;
}

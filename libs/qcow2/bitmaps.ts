import type { Examination } from './examination.js';
import { refuse } from './refusal.js';
import { TableCursor } from './table-cursor.js';
import { readU64, roundUp, splitPointer } from './words.js';

const ENTRY_BYTES = 24;
const DIRTY_TRACKING = 1;
const MAX_GRANULARITY_BITS = 63;
const MAX_NAME_BYTES = 1023;
const RESERVED_FLAGS = 0xffff_fff8;

/**
 * Claims the bitmap directory, each bitmap's table and each cluster of bitmap data. Spec: "Bitmaps".
 * Throws Qcow2RefusedError.
 */
export async function claimBitmaps(examination: Examination): Promise<void> {
  const { bitmaps } = examination.extensions;
  if (bitmaps === undefined) return;
  const { offset, lengthBytes, count } = bitmaps;
  await examination.claimTable('bitmap_directory_offset', offset, lengthBytes);
  const cursor = new TableCursor(examination.reader, 'bitmap_directory_size', offset, offset + lengthBytes);
  for (let index = 0; index < count; index += 1) await claimBitmap(examination, await readEntry(cursor));
  if (cursor.offset !== offset + lengthBytes) {
    refuse('bitmap_directory_size', `${lengthBytes} bytes do not fit the directory's ${count} entries`);
  }
}

interface BitmapTable {
  readonly offset: number;
  readonly entries: number;
}

/** Spec: "Bitmap directory". */
async function readEntry(cursor: TableCursor): Promise<BitmapTable> {
  const entry = await cursor.take(ENTRY_BYTES);
  const nameBytes = entry.readUInt16BE(18);
  const type = entry.readUInt8(16);
  const granularityBits = entry.readUInt8(17);
  if (entry.readUInt32BE(12) & RESERVED_FLAGS) refuse('bitmap flags', 'reserved bits 3 to 31 are set');
  if (type !== DIRTY_TRACKING) refuse('bitmap type', `${type} is reserved`);
  if (granularityBits > MAX_GRANULARITY_BITS) refuse('bitmap granularity_bits', `${granularityBits} is over 63`);
  if (nameBytes === 0 || nameBytes > MAX_NAME_BYTES) refuse('bitmap name_size', `${nameBytes} is outside 1 to 1023`);
  cursor.skip(roundUp(entry.readUInt32BE(20) + nameBytes, 8));
  return { offset: readU64(entry, 0), entries: entry.readUInt32BE(8) };
}

async function claimBitmap(examination: Examination, { offset, entries }: BitmapTable): Promise<void> {
  await examination.claimTable('bitmap_table_offset', offset, entries * 8);
  for await (const { bytes } of examination.reader.pieces(offset, entries * 8)) claimBitmapData(examination, bytes);
}

/** Spec: "Bitmap table". */
function claimBitmapData(examination: Examination, table: Buffer): void {
  for (let at = 0; at < table.length; at += 8) {
    const { offset, low, high } = splitPointer(table.readUInt32BE(at), table.readUInt32BE(at + 4));
    // Bit 0 tells all ones from all zeros, which only makes sense without data.
    const reserved = offset === 0 ? low & ~1 : low;
    if (reserved !== 0 || high !== 0) refuse('bitmap table entry', 'reserved bits are set');
    if (offset !== 0) examination.claimCluster('bitmap table entry', offset);
  }
}

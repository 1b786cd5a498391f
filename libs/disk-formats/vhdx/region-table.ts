import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { readU64LE } from '../rules.js';
import { readChecked, readGuid } from './checked-structure.js';

const KIB = 1024;
const MIB = KIB * KIB;
const TABLE_BYTES = 64 * KIB;
const ENTRY_BYTES = 32;
const MAX_ENTRIES = (TABLE_BYTES - 16) / ENTRY_BYTES;

const REGIONS: Readonly<Record<string, 'bat' | 'metadata'>> = {
  '2DC27766-F623-4200-9D64-115E9BFD4A08': 'bat',
  '8B7CA206-4790-4B9A-B8FE-575F050F886E': 'metadata',
};

/** A part of the file, in bytes. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** The two regions every file has. MS-VHDX, 2.2.3. Throws DiskRefusedError. */
export async function readRegions(reader: DiskReader): Promise<Record<'bat' | 'metadata', Region>> {
  const table = await readChecked(reader, 'region table 1', 'regi', 192 * KIB, TABLE_BYTES);
  const copy = await readChecked(reader, 'region table 2', 'regi', 256 * KIB, TABLE_BYTES);
  if (!table.equals(copy)) refuse('region table 2', 'differs from region table 1');
  const count = table.readUInt32LE(8);
  if (count > MAX_ENTRIES) refuse('EntryCount', `${count} regions are more than the table has room for`);
  const found: Partial<Record<'bat' | 'metadata', Region>> = {};
  for (let at = 16; at < 16 + count * ENTRY_BYTES; at += ENTRY_BYTES) {
    const guid = readGuid(table, at);
    const name = REGIONS[guid];
    const isRequired = (table.readUInt32LE(at + 28) & 1) === 1;
    if (!name && isRequired) refuse('region table entry', `${guid} is required, but not known`);
    if (!name) continue;
    if (found[name]) refuse('region table entry', `${guid} is there twice`);
    found[name] = checkRegion(reader, { offset: readU64LE(table, at + 16), length: table.readUInt32LE(at + 24) });
  }
  const { bat, metadata } = found;
  if (!bat || !metadata) refuse('region table', 'lacks the block allocation table or the metadata');
  return { bat, metadata };
}

function checkRegion(reader: DiskReader, region: Region): Region {
  const { offset, length } = region;
  if (offset < MIB || offset % MIB !== 0 || length === 0 || length % MIB !== 0) {
    refuse('FileOffset', `${offset}, for ${length} bytes, is not a place for a region: they come in whole MiB`);
  }
  if (offset + length > reader.sizeBytes)
    refuse('FileOffset', 'leads past the end of the file; the upload may be truncated');
  return region;
}

import type { DiskLimits } from '../disk-facts.js';
import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { isPowerOfTwo, readU64LE, refuseVirtualSize } from '../rules.js';
import { readGuid } from './checked-structure.js';
import type { Region } from './region-table.js';

const MIB = 2 ** 20;
const TABLE_BYTES = 64 * 1024;
const ENTRY_BYTES = 32;
const MAX_ENTRIES = 2047;

/** Items of MS-VHDX, 2.6.2, and their lengths. A parent locator is known so that the refusal can say what it is. */
const ITEMS = {
  'CAA16737-FA36-4D43-B3B6-33F0AA44E76B': { name: 'fileParameters', length: 8 },
  '2FA54224-CD1B-4876-B211-5DBED83BF4B8': { name: 'virtualDiskSize', length: 8 },
  'BECA12AB-B2E6-4523-93EF-C309E000C746': { name: 'virtualDiskId', length: 16 },
  '8141BF1D-A96F-4709-BA47-F233A8FAAB5F': { name: 'logicalSectorSize', length: 4 },
  'CDA348C7-445D-4471-9CC9-E9885251C556': { name: 'physicalSectorSize', length: 4 },
} as const;

const PARENT_LOCATOR = 'A8D35F2D-B30B-454D-ABF7-D3D84834AB0C';

type ItemName = (typeof ITEMS)[keyof typeof ITEMS]['name'];

/** What the metadata says of the disk, all of it in range. */
export interface VhdxMetadata {
  readonly variant: 'dynamic' | 'fixed';
  readonly virtualSizeBytes: number;
  readonly blockBytes: number;
  readonly logicalSectorBytes: number;
}

/** MS-VHDX, 2.6. Throws DiskRefusedError. */
export async function readMetadata(reader: DiskReader, region: Region, limits: DiskLimits): Promise<VhdxMetadata> {
  const items = await readItems(reader, region);
  const parameters = item(items, 'fileParameters');
  const [blockBytes, flags] = [parameters.readUInt32LE(0), parameters.readUInt32LE(4)];
  if ((flags & 2) !== 0) refuse('HasParent', 'is set: the disk needs another file; merge the two into one');
  if (!isPowerOfTwo(blockBytes, MIB, 256 * MIB)) {
    refuse('BlockSize', `${blockBytes} is not a power of two from 1 to 256 MiB`);
  }
  const logicalSectorBytes = sectorSize(items, 'logicalSectorSize');
  sectorSize(items, 'physicalSectorSize');
  const virtualSizeBytes = readU64LE(item(items, 'virtualDiskSize'), 0);
  refuseVirtualSize('VirtualDiskSize', virtualSizeBytes, limits);
  if (virtualSizeBytes % logicalSectorBytes !== 0) refuse('VirtualDiskSize', 'is no whole number of logical sectors');
  return { variant: (flags & 1) === 1 ? 'fixed' : 'dynamic', virtualSizeBytes, blockBytes, logicalSectorBytes };
}

type Items = ReadonlyMap<ItemName, Buffer>;

function item(items: Items, name: ItemName): Buffer {
  return items.get(name) ?? refuse('metadata table', `lacks the item ${name}`);
}

function sectorSize(items: Items, name: ItemName): number {
  const size = item(items, name).readUInt32LE(0);
  if (size !== 512 && size !== 4096) refuse(name, `${size} is neither 512 nor 4096`);
  return size;
}

async function readItems(reader: DiskReader, region: Region): Promise<Items> {
  const table = await reader.exact('metadata table', region.offset, TABLE_BYTES);
  if (table.toString('latin1', 0, 8) !== 'metadata') refuse('metadata table', 'does not start with "metadata"');
  const count = table.readUInt16LE(10);
  if (count > MAX_ENTRIES) refuse('metadata table', `${count} items are more than it has room for`);
  const items = new Map<ItemName, Buffer>();
  for (let at = 32; at < 32 + count * ENTRY_BYTES; at += ENTRY_BYTES) {
    const known = knownItem(table.subarray(at, at + ENTRY_BYTES));
    if (!known) continue;
    if (items.has(known.name)) refuse('metadata table', `has the item ${known.name} twice`);
    items.set(known.name, await readItem(reader, region, table.subarray(at, at + ENTRY_BYTES), known));
  }
  return items;
}

interface KnownItem {
  readonly name: ItemName;
  readonly length: number;
}

/** Refuses what a reader must know and we do not. */
function knownItem(entry: Buffer): KnownItem | undefined {
  const guid = readGuid(entry, 0);
  const [isUser, isRequired] = [(entry.readUInt32LE(24) & 1) !== 0, (entry.readUInt32LE(24) & 4) !== 0];
  if (guid === PARENT_LOCATOR) refuse('Parent Locator', 'names another disk; merge the two into one file');
  const known = Object.entries(ITEMS).find(([id]) => id === guid)?.[1];
  if (!known && isRequired) refuse('metadata item', `${guid} is required, but not known`);
  return isUser ? undefined : known;
}

async function readItem(reader: DiskReader, region: Region, entry: Buffer, known: KnownItem): Promise<Buffer> {
  const [offset, length] = [entry.readUInt32LE(16), entry.readUInt32LE(20)];
  if (length !== known.length) refuse(known.name, `is ${length} bytes long, not ${known.length}`);
  if (offset < TABLE_BYTES || offset + length > region.length) refuse(known.name, 'is not within the metadata region');
  return reader.exact(known.name, region.offset + offset, length);
}

import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { SECTOR_BYTES } from '../rules.js';
import { DESCRIPTOR_OFFSET, type VmdkHeader } from './header.js';

/** As far as QEMU looks for the name of a parent. */
const PARENT_WINDOW_BYTES = 20 * SECTOR_BYTES;

/** The kinds of disk that are one file, by what their `createType` says. */
type Variant = 'monolithicSparse' | 'streamOptimized';

/**
 * Refuses a descriptor that names anything but the one extent it stands in. Spec: "The Disk Descriptor File".
 * @returns what its `createType` says, which is what the header says, too
 */
export async function readDescriptor(reader: DiskReader, header: VmdkHeader): Promise<Variant> {
  const length = Math.max(header.descriptorBytes, PARENT_WINDOW_BYTES);
  const there = await reader.exact('descriptor', DESCRIPTOR_OFFSET, Math.min(length, reader.sizeBytes - SECTOR_BYTES));
  // In all of it, also behind what the rest of us reads.
  if (/parentFileNameHint/i.test(there.toString('latin1'))) {
    refuse('parentFileNameHint', 'names another disk; clone this one into one file without snapshots');
  }
  const text = there.toString('latin1', 0, header.descriptorBytes).replace(/\0[^]*$/, '');
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const parent = only(lines, 'parentCID');
  if (parent.toLowerCase() !== 'ffffffff')
    refuse('parentCID', `${parent} names another disk; clone this one into one file`);
  refuseExtents(lines, header);
  return readVariant(lines, header);
}

function readVariant(lines: readonly string[], { isCompressed }: VmdkHeader): Variant {
  const type = only(lines, 'createType');
  if (type !== 'monolithicSparse' && type !== 'streamOptimized') {
    refuse('createType', `${type} is a disk in several files; export it as monolithicSparse or streamOptimized`);
  }
  if (isCompressed !== (type === 'streamOptimized')) refuse('createType', `${type} does not match the header`);
  return type;
}

/** The value of a line `name=value`, which must be there once. Values may be quoted. */
function only(lines: readonly string[], name: string): string {
  const pattern = new RegExp(`^${name}\\s*=\\s*"?([^"]*)"?$`, 'i');
  const values = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  const [value] = values;
  if (value === undefined || values.length > 1) refuse(name, `is in the descriptor ${values.length} times, not once`);
  return printable(value.trim());
}

/**
 * An extent is `RW|RDONLY|NOACCESS sectors TYPE …`; ours is sparse and as long as the disk. Streams for export are often
 * marked read-only.
 */
function refuseExtents(lines: readonly string[], header: VmdkHeader): void {
  const extents = lines.filter((line) => /^(RW|RDONLY|NOACCESS)\b/i.test(line));
  const [extent = ''] = extents;
  if (extents.length !== 1)
    refuse('extents', `the descriptor lists ${extents.length}, not one; export the disk as one file`);
  const [, sectors, type] = /^(?:RW|RDONLY)\s+(\d+)\s+(\w+)\s+"[^"/\\]*"$/.exec(extent) ?? [];
  if (type !== 'SPARSE') refuse('extents', `"${printable(extent)}" is not a sparse extent inside this file`);
  if (Number(sectors) * SECTOR_BYTES !== header.virtualSizeBytes) {
    refuse('extents', `${sectors ?? ''} sectors are not the capacity that the header says`);
  }
}

/** What may be repeated in a message: a line of a stranger's file is shortened and freed of control characters. */
function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
}

import type { ByteSource } from './byte-source.js';
import type { DiskFacts, DiskFormat, DiskLimits } from './disk-facts.js';
import { DiskReader } from './disk-reader.js';
import { inspectRaw } from './raw.js';
import { refuse } from './refusal.js';
import { SECTOR_BYTES } from './rules.js';
import { whatIsFound } from './signatures.js';
import { inspectVdi } from './vdi.js';
import { inspectVhd } from './vhd/inspect-vhd.js';
import { inspectVhdx } from './vhdx/inspect-vhdx.js';
import { inspectVmdk } from './vmdk/inspect-vmdk.js';

type Inspect = (reader: DiskReader, limits: DiskLimits) => DiskFacts | Promise<DiskFacts>;

const INSPECTIONS: Readonly<Record<DiskFormat, Inspect>> = {
  raw: inspectRaw,
  vmdk: inspectVmdk,
  vdi: inspectVdi,
  vhd: inspectVhd,
  vhdx: inspectVhdx,
};

/**
 * Judges whether a file is a disk of the declared format that is safe to convert: what is found is what was declared,
 * all of it is in this one file, and its tables lead nowhere else. Reads headers and tables, never the disk's content.
 * @throws DiskRefusedError naming the field to blame; errors of the source pass through
 */
export async function inspectDisk(format: DiskFormat, source: ByteSource, limits: DiskLimits): Promise<DiskFacts> {
  const reader = new DiskReader(source);
  if (reader.sizeBytes === 0) refuse('file', 'is empty; send the disk again');
  const found = whatIsFound(await reader.head(SECTOR_BYTES), await reader.tail(SECTOR_BYTES));
  if ((found ?? 'raw') !== format) {
    refuse('file', `is declared as ${format}, but ${found ? `is ${found}` : `has no mark of one`}; declare what it is`);
  }
  return INSPECTIONS[format](reader, limits);
}

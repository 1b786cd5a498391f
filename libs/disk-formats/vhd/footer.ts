import type { DiskLimits } from '../disk-facts.js';
import { refuse } from '../refusal.js';
import { readU64BE, refuseVirtualSize } from '../rules.js';
import { refuseChecksum } from './checksum.js';

export const FOOTER_BYTES = 512;

/** Of the footer that ends every VHD; names are those of the specification, "Hard Disk Footer Format". */
export interface VhdFooter {
  readonly variant: 'dynamic' | 'fixed';
  readonly virtualSizeBytes: number;
  /** Where the dynamic disk header is; of no meaning for a fixed disk. */
  readonly dataOffset: number;
}

const VARIANTS = { 2: 'fixed', 3: 'dynamic' } as const;

/** Takes a footer apart. Throws DiskRefusedError. */
export function parseFooter(bytes: Buffer, limits: DiskLimits): VhdFooter {
  if (bytes.toString('latin1', 0, 8) !== 'conectix') {
    refuse('Cookie', 'is missing: the file does not end in a VHD footer; the upload may be truncated');
  }
  refuseChecksum('Checksum', bytes, 64);
  const version = bytes.readUInt32BE(12);
  if (version !== 0x0001_0000) refuse('File Format Version', `0x${version.toString(16)} is not 1.0`);
  const type = bytes.readUInt32BE(60);
  if (type !== 2 && type !== 3) {
    refuse('Disk Type', `${type} is neither fixed (2) nor dynamic (3): the disk needs another file; merge it into one`);
  }
  if (bytes.readUInt8(84) !== 0) refuse('Saved State', 'is set; shut the machine down cleanly first');
  const virtualSizeBytes = readU64BE(bytes, 48);
  refuseVirtualSize('Current Size', virtualSizeBytes, limits);
  return { variant: VARIANTS[type], virtualSizeBytes, dataOffset: readU64BE(bytes, 16) };
}

/**
 * Refuses a dynamic disk whose copy of the footer, at the file's start, says something else: readers differ in which of
 * the two they believe.
 */
export function refuseDifferentCopy(copy: Buffer, footer: Buffer): void {
  // Data Offset; sizes, geometry, type and checksum's neighbours. Time stamps and creators may differ.
  const isAlike = (from: number, to: number): boolean => copy.subarray(from, to).equals(footer.subarray(from, to));
  const isCopy = isAlike(0, 8) && isAlike(12, 24) && isAlike(40, 64) && isAlike(84, 85);
  if (!isCopy) refuse('footer copy', 'differs from the footer; save the disk anew');
  refuseChecksum('footer copy', copy, 64);
}

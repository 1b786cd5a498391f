import type { DiskFacts, DiskLimits } from './disk-facts.js';
import type { DiskReader } from './disk-reader.js';
import { refuseVirtualSize } from './rules.js';

/** A raw disk is its file; that it bears no other format's mark has been seen before. Throws DiskRefusedError. */
export function inspectRaw({ sizeBytes }: DiskReader, limits: DiskLimits): DiskFacts {
  refuseVirtualSize('file size', sizeBytes, limits);
  return { format: 'raw', variant: 'plain', virtualSizeBytes: sizeBytes, allocatedBytes: sizeBytes };
}

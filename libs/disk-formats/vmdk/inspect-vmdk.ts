import type { DiskFacts, DiskLimits } from '../disk-facts.js';
import type { DiskReader } from '../disk-reader.js';
import { refuseExpansion } from '../rules.js';
import { readDescriptor } from './descriptor.js';
import { countGrainBytes } from './grain-tables.js';
import { readHeader } from './header.js';

/** No deflate stream unfolds further. */
const MAX_DEFLATE_RATIO = 1032;

/** Throws DiskRefusedError. Field names are those of VMware's "Virtual Disk Format 5.0". */
export async function inspectVmdk(reader: DiskReader, limits: DiskLimits): Promise<DiskFacts> {
  const header = await readHeader(reader, limits);
  const variant = await readDescriptor(reader, header);
  const allocatedBytes = await countGrainBytes(reader, header);
  // A grain that is cut by the end of the disk need not be there in full.
  const ratio = header.isCompressed ? MAX_DEFLATE_RATIO : 1;
  refuseExpansion('grain table', allocatedBytes, reader.sizeBytes + header.grainBytes, ratio);
  return { format: 'vmdk', variant, virtualSizeBytes: header.virtualSizeBytes, allocatedBytes };
}

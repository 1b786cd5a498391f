import type { DiskFacts, DiskLimits } from '../disk-facts.js';
import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { inspectDynamicDisk } from './dynamic-disk.js';
import { FOOTER_BYTES, parseFooter, refuseDifferentCopy, type VhdFooter } from './footer.js';

/** Throws DiskRefusedError. Spec: "Virtual Hard Disk Image Format", version 1.0. */
export async function inspectVhd(reader: DiskReader, limits: DiskLimits): Promise<DiskFacts> {
  const bytes = await reader.tail(FOOTER_BYTES);
  if (bytes.length < FOOTER_BYTES) refuse('file', 'is too short to end in a VHD footer');
  const footer = parseFooter(bytes, limits);
  const { variant, virtualSizeBytes } = footer;
  const head = await reader.head(FOOTER_BYTES);
  if (variant === 'dynamic') refuseDifferentCopy(head, bytes);
  else refuseUnlikeFixed(reader, footer, head);
  const allocatedBytes = variant === 'dynamic' ? await inspectDynamicDisk(reader, footer) : virtualSizeBytes;
  return { format: 'vhd', variant, virtualSizeBytes, allocatedBytes };
}

/** A fixed disk is its content and the footer. QEMU takes a file that starts like a footer for a dynamic one. */
function refuseUnlikeFixed(reader: DiskReader, { virtualSizeBytes }: VhdFooter, head: Buffer): void {
  if (head.toString('latin1', 0, 8) === 'conectix' && reader.sizeBytes > FOOTER_BYTES) {
    refuse('Disk Type', 'is fixed (2), but the file starts like a dynamic disk; save the disk anew');
  }
  if (virtualSizeBytes + FOOTER_BYTES > reader.sizeBytes) {
    refuse('Current Size', `${virtualSizeBytes} bytes are more than the file holds; the upload may be truncated`);
  }
}

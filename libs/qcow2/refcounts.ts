import type { Examination } from './examination.js';
import { refuse } from './refusal.js';
import { splitPointer } from './words.js';

/**
 * Claims the refcount table and the blocks it points at. Spec: "Host cluster management".
 *
 * The counts themselves are not compared: a wrong count harms only those who write into the image, and a dirty image
 * may have wrong ones by right. Throws Qcow2RefusedError.
 */
export async function claimRefcounts(examination: Examination): Promise<void> {
  const { header, reader } = examination;
  const lengthBytes = header.refcountTableClusters * header.clusterSizeBytes;
  await examination.claimTable('refcount_table_offset', header.refcountTableOffset, lengthBytes);
  for await (const { bytes } of reader.pieces(header.refcountTableOffset, lengthBytes)) claimBlocks(examination, bytes);
}

function claimBlocks(examination: Examination, table: Buffer): void {
  for (let at = 0; at < table.length; at += 8) {
    const { offset, low, high } = splitPointer(table.readUInt32BE(at), table.readUInt32BE(at + 4));
    if (low !== 0) refuse('refcount table entry', 'its reserved bits 0 to 8 are set');
    // Unlike the other tables', these offsets have 64 bits; one that needs the upper eight is past any file.
    const blockOffset = offset + high * 2 ** 56;
    if (blockOffset !== 0) examination.claimCluster('refcount table entry', blockOffset);
  }
}

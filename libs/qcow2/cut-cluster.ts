import { promisify } from 'node:util';
import { inflateRaw, zstdDecompress } from 'node:zlib';
import type { Compression } from './compression.js';
import type { Examination } from './examination.js';
import type { CompressedCluster } from './l2-entry.js';
import { hex, refuse } from './refusal.js';

const unpack = { zlib: promisify(inflateRaw), zstd: promisify(zstdDecompress) };

/**
 * A compressed cluster says how many sectors it uses, not how many bytes, so where a file ends inside such a sector its
 * tables cannot tell whether the end is missing. Writers that don't pad the file (`qemu-img rebase -c`, a backup job)
 * leave such files behind, as does a broken upload: only unpacking this one last cluster, 2 MiB at most, tells them
 * apart.
 * Throws Qcow2RefusedError.
 */
export async function refuseCutCluster({ header, reader }: Examination, cluster: CompressedCluster): Promise<void> {
  // What is encrypted cannot be unpacked; QEMU doesn't compress such images.
  if (header.cryptMethod !== 0) return;
  const bytes = await reader.range(cluster.hostOffset, reader.sizeBytes - cluster.hostOffset);
  if (await unfoldsTo(header.clusterSizeBytes, header.compression, bytes)) return;
  refuse('L2 table entry', `the compressed cluster at ${hex(cluster.hostOffset)} is cut off by the end of the file`);
}

async function unfoldsTo(clusterSizeBytes: number, compression: Compression, bytes: Buffer): Promise<boolean> {
  try {
    const guestBytes = await unpack[compression](bytes, { maxOutputLength: clusterSizeBytes });
    return guestBytes.length === clusterSizeBytes;
  } catch {
    return false;
  }
}

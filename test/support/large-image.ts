import { createCipheriv } from 'node:crypto';
import { tinyImage } from '../fixtures/qcow2/index.js';

const CLUSTER_BITS = 20;

/** A valid image with as many MiB of bytes that don't compress; the same for the same seed, 16 characters at most. */
export function largeImage(mebibytes: number, seed = ''): Buffer {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'key'), Buffer.alloc(16, seed.padEnd(16)));
  const clusters = Array.from({ length: mebibytes }, (_, index) => {
    return { index, kind: 'data' as const, bytes: noise.update(Buffer.alloc(2 ** CLUSTER_BITS)) };
  });
  return tinyImage({ clusterBits: CLUSTER_BITS, virtualSizeBytes: mebibytes * 2 ** CLUSTER_BITS, clusters }).bytes;
}

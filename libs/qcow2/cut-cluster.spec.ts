import { createHash } from 'node:crypto';
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { MemorySource, tinyImage } from '../../test/fixtures/qcow2/index.js';
import { inspect } from './index.js';

const GUEST_BYTES = Buffer.concat([Buffer.alloc(4096 - 64), createHash('sha512').update('noise').digest()]);

/** An image whose last bytes are a compressed cluster's, without the zeros that fill its sector. */
function unpadded(compression: 'zlib' | 'zstd'): Buffer {
  const clusters = [{ index: 0, kind: 'compressed' as const, bytes: GUEST_BYTES }];
  const { bytes, layout } = tinyImage({ compression, clusters });
  const compressed =
    compression === 'zlib' ? deflateRawSync(GUEST_BYTES, { windowBits: 12, level: 9 }) : zstdCompressSync(GUEST_BYTES);
  return bytes.subarray(0, (layout.data.get(0) ?? 0) + compressed.length);
}

describe.each(['zlib', 'zstd'] as const)('a file that ends in a sector of compressed data (%s)', (compression) => {
  it('is admitted when the data is whole', async () => {
    const bytes = unpadded(compression);
    expect(bytes.length % 512).not.toBe(0);
    await expect(inspect(new MemorySource(bytes))).resolves.toMatchObject({ hasCompressedClusters: true });
  });

  it('is refused when a byte of it is missing', async () => {
    const bytes = unpadded(compression);
    await expect(inspect(new MemorySource(bytes.subarray(0, -1)))).rejects.toMatchObject({ field: 'L2 table entry' });
  });
});

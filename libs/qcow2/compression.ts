/** How compressed clusters are packed. Spec: "Additional fields", `compression_type`. */
export type Compression = 'zlib' | 'zstd';

/** Deflate's densest code: two bits for a match of 258 bytes (RFC 1951, section 3.2.5). */
const DEFLATE_CEILING = 1032;

/** A zstd block unfolds to 128 KiB at most and takes a 3-byte header and a byte (RFC 8878, section 3.1.1.2). */
const ZSTD_BLOCK_BYTES = 128 * 1024;
const ZSTD_SMALLEST_BLOCK_BYTES = 4;
/** Magic number, descriptor, and a window or size byte (RFC 8878, section 3.1.1.1). */
const ZSTD_SMALLEST_FRAME_HEADER_BYTES = 6;

/** Guest bytes that no compressed byte of this kind can exceed. */
export function expansionCeiling(compression: Compression): number {
  return compression === 'zlib' ? DEFLATE_CEILING : ZSTD_BLOCK_BYTES / ZSTD_SMALLEST_BLOCK_BYTES;
}

/**
 * Bytes that a compressed cluster cannot do without. Two clusters that start closer together share bytes, which no
 * writer does. The two bytes added for deflate are its block header and first literal.
 */
export function smallestCompressedBytes(compression: Compression, clusterSizeBytes: number): number {
  if (compression === 'zlib') return Math.ceil(clusterSizeBytes / DEFLATE_CEILING) + 2;
  return ZSTD_SMALLEST_FRAME_HEADER_BYTES + ZSTD_SMALLEST_BLOCK_BYTES * Math.ceil(clusterSizeBytes / ZSTD_BLOCK_BYTES);
}

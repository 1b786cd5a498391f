export { COMPRESSION_KINDS, type CompressionKind, findCompression } from './compression-kind.js';
export { Decompressor } from './decompressor.js';
export { DecompressedSizeError, DecompressionError, DecompressorMissingError } from './decompression.errors.js';

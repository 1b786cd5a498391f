import { BLOCK_BYTES } from './tar-header.js';

/** Bytes between the end of a body and the next block. */
export function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

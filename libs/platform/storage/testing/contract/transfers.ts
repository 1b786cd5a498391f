import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { newBlobKey } from '../../blob-key.js';
import type { BlobStore, ByteRange, SealedBlob } from '../../blob-store.js';

export const MIB = 1024 * 1024;

export interface PushedBlob {
  readonly key: string;
  readonly sealed: SealedBlob;
}

/** Writes copies, since what is written is the store's; and does what any caller should: aborts a write that fails. */
export async function push(store: BlobStore, chunks: Uint8Array[]): Promise<PushedBlob> {
  const key = newBlobKey();
  const staged = await store.stage(randomUUID());
  try {
    for (const chunk of chunks) await staged.write(Uint8Array.from(chunk));
    const sealed = await staged.seal();
    await staged.commit(key);
    return { key, sealed };
  } catch (error) {
    await staged.abort();
    throw error;
  }
}

export async function pull(store: BlobStore, key: string, range?: ByteRange): Promise<Buffer> {
  return buffer(await store.open(key, range));
}

export function slices(bytes: Buffer, chunkBytes: number): Buffer[] {
  const count = Math.ceil(bytes.length / chunkBytes);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import type { FileHandle } from 'node:fs/promises';
import type { ByteRange } from '../../blob-store.js';

/** A part of a file of `sizeBytes`; shorter than asked for only at its end. */
export async function readPart(file: FileHandle, sizeBytes: number, { offset, length }: ByteRange): Promise<Buffer> {
  const available = Math.max(0, Math.min(length, sizeBytes - offset));
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(available), 0, available, offset);
  return buffer.subarray(0, bytesRead);
}

import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertRoom } from './free-room.js';

const ZEROS = Buffer.alloc(256 * 1024);

/** How often it looks whether there is room. */
const LOOK_EVERY_BYTES = 64 * 1024 * 1024;

/**
 * Writes bytes into a new file, with holes where they are zeros: a disk is mostly empty. Its size in bytes.
 * @throws StorageFullError where less than `minFreeBytes` would be left; whatever `bytes` throws
 */
export async function writeSparse(path: string, bytes: AsyncIterable<Buffer>, minFreeBytes: number): Promise<number> {
  const file = await open(path, 'wx', 0o640);
  try {
    let sizeBytes = 0;
    let unseenBytes = LOOK_EVERY_BYTES;
    for await (const piece of bytes) {
      const written = isZero(piece) ? 0 : await writeAll(file, piece, sizeBytes);
      sizeBytes += piece.length;
      unseenBytes += written;
      if (unseenBytes < LOOK_EVERY_BYTES) continue;
      await assertRoom(dirname(path), minFreeBytes + LOOK_EVERY_BYTES);
      unseenBytes = 0;
    }
    await file.truncate(sizeBytes);
    return sizeBytes;
  } finally {
    await file.close();
  }
}

function isZero(piece: Buffer): boolean {
  return piece.length <= ZEROS.length && piece.equals(ZEROS.subarray(0, piece.length));
}

async function writeAll(file: FileHandle, piece: Buffer, position: number): Promise<number> {
  for (let done = 0; done < piece.length;) {
    done += (await file.write(piece, done, piece.length - done, position + done)).bytesWritten;
  }
  return piece.length;
}

import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { refuse } from '../build-context.errors.js';
import { explain } from './zip-file.js';

/**
 * An entry's bytes: so many as the directory says, with the checksum it says.
 * @throws BuildContextRefusedError before the first byte too many, or in place of the end; system errors
 */
export async function* readData(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer, void, undefined> {
  const { uncompressedSize: sizeBytes } = entry;
  let readBytes = 0;
  let checksum = 0;
  try {
    // A stream of bytes is typed any.
    for await (const piece of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      readBytes += piece.length;
      if (readBytes > sizeBytes) refuse(name, `unpacks to more than the ${sizeBytes} bytes it declares`);
      checksum = crc32(piece, checksum);
      yield piece;
    }
  } catch (error) {
    throw explain(name, error);
  }
  if (readBytes < sizeBytes) refuse(name, `unpacks to ${readBytes} bytes, but declares ${sizeBytes}`);
  if (checksum !== entry.crc32) refuse(name, 'is damaged: its checksum is wrong');
}

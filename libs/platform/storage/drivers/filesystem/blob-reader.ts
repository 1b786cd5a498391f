import { close, createReadStream, open, read } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { ByteRange } from '../../blob-store.js';
import { readFault } from './filesystem.errors.js';

const openFile = promisify(open);
const closeFile = promisify(close);

/** Large enough that system calls don't count, small enough for a hundred readers. */
const READ_BYTES = 256 * 1024;

type ReadArguments = [fd: number, to: Buffer, offset: number, length: number, position: number | null, done: Done];
type Done = (error: Error | null, bytesRead: number, to: Buffer) => void;

/** The calls a read stream makes, failing with typed errors. */
const TYPED_CALLS = {
  close,
  read(...[fd, to, offset, length, position, done]: ReadArguments): void {
    read(fd, to, offset, length, position, (error, bytesRead) => {
      done(error && readFault(error), bytesRead, to);
    });
  },
};

/**
 * Streams a file or a part of it. The file is open by the time this resolves, so nothing that happens to its name
 * matters any more. @throws BlobNotFoundError, StorageUnavailableError
 */
export async function readBlob(path: string, range?: ByteRange): Promise<Readable> {
  const fd = await openFile(path, 'r').catch((error: unknown) => {
    throw readFault(error);
  });
  if (range?.length === 0) {
    await closeFile(fd);
    return Readable.from([]);
  }
  const bounds = range && { start: range.offset, end: range.offset + range.length - 1 };
  return createReadStream(path, { fd, highWaterMark: READ_BYTES, fs: TYPED_CALLS, ...bounds });
}

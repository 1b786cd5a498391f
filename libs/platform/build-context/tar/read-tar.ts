import type { ArchiveEntry, EntryKind } from '../archive-entry.js';
import { refuse } from '../build-context.errors.js';
import { ByteReader } from './byte-reader.js';
import { readExtendedHeader, type ExtendedHeader } from './extended-header.js';
import { paddingOf } from './padding.js';
import { assertNothingFollows } from './tar-end.js';

const KINDS: Readonly<Record<string, EntryKind>> = { 0: 'file', 1: 'hardlink', 2: 'symlink', 5: 'directory' };

const SPECIAL: Readonly<Record<string, string>> = {
  3: 'a character device',
  4: 'a block device',
  6: 'a fifo',
  S: 'a sparse file; pack without --sparse',
  M: 'a part of a file that another volume begins',
  D: 'a folder of an incremental backup',
};

const CUT = 'ends before its size: the archive is truncated';

/**
 * The entries of a tar archive, in whatever dialect, to its end marker, which must be there: an archive that was cut between
 * two entries looks whole but for that. What is read belongs to the reader alone; nothing is held but a header.
 * @throws BuildContextRefusedError; errors of the source pass through
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry, void, undefined> {
  const reader = new ByteReader(source);
  try {
    for (;;) {
      const header = await readExtendedHeader(reader);
      if (!header) break;
      yield* oneEntry(reader, header);
    }
    await assertNothingFollows(reader);
  } finally {
    await reader.close();
  }
}

async function* oneEntry(reader: ByteReader, header: ExtendedHeader): AsyncGenerator<ArchiveEntry, void, undefined> {
  const { name, sizeBytes } = header;
  let readBytes = 0;
  async function* read(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of reader.stream(sizeBytes - readBytes)) {
      readBytes += piece.length;
      yield piece;
    }
    if (readBytes < sizeBytes) refuse(name, CUT);
  }
  yield { ...describe(header), read };
  const leftBytes = sizeBytes - readBytes + paddingOf(sizeBytes);
  if ((await reader.skip(leftBytes)) < leftBytes) refuse(name, CUT);
}

function describe(header: ExtendedHeader): Omit<ArchiveEntry, 'read'> {
  const { name, type, mode, mtimeSeconds, sizeBytes, isSparse } = header;
  // Before there was a type for folders, they were files with a slash at the end.
  const kind = type === '0' && name.endsWith('/') ? 'directory' : isSparse ? 'special' : (KINDS[type] ?? 'special');
  if (sizeBytes > 0 && kind !== 'file' && kind !== 'special') refuse(name, 'has bytes, but is no file');
  const what = SPECIAL[isSparse ? 'S' : type] ?? `an entry of the unknown type ${JSON.stringify(type)}`;
  const target = kind === 'symlink' || kind === 'hardlink' ? header.target : '';
  return { name, kind, what, mode, mtimeSeconds, sizeBytes: kind === 'file' ? sizeBytes : 0, target };
}

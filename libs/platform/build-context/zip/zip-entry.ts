import type { Entry } from 'yauzl';
import type { ArchiveEntry, EntryKind } from '../archive-entry.js';
import { refuse } from '../build-context.errors.js';
import { MAX_PATH_BYTES } from '../context-limits.js';
import { readName } from './zip-names.js';

/** Stored, or deflated: what everybody writes (APPNOTE.TXT 4.4.5). */
const METHODS: readonly number[] = [0, 8];
/** Encrypted; patched data; strong encryption; masked headers (4.4.4). */
const UNREADABLE_FLAGS = 0x1 | 0x20 | 0x40 | 0x2000;

/** Who wrote the entry (4.4.2); only these two put Unix's modes into the upper half of the attributes. */
const UNIX_HOSTS: readonly number[] = [3, 19];
const DOS_DIRECTORY = 0x10;

const KINDS: Readonly<Record<number, EntryKind>> = { 0o10: 'file', 0o4: 'directory', 0o12: 'symlink' };
const SPECIAL: Readonly<Record<number, string>> = {
  0o1: 'a fifo',
  0o2: 'a character device',
  0o6: 'a block device',
  0o14: 'a socket',
};

/** What the directory of an archive says of an entry. @throws BuildContextRefusedError */
export function describeEntry(entry: Entry): Omit<ArchiveEntry, 'read' | 'target'> {
  const name = readName(entry);
  const { kind, what, mode } = describeKind(name, entry);
  const { uncompressedSize: sizeBytes, compressedSize, compressionMethod, generalPurposeBitFlag } = entry;
  if (generalPurposeBitFlag & UNREADABLE_FLAGS) refuse(name, 'is encrypted or patched; pack it plainly');
  if (!METHODS.includes(compressionMethod)) {
    refuse(name, `is packed by method ${compressionMethod}; pack with "store" or "deflate"`);
  }
  if (compressionMethod === 0 && compressedSize !== sizeBytes) refuse(name, 'is stored, but has two sizes');
  if (kind === 'directory' && sizeBytes > 0) refuse(name, 'has bytes, but is no file');
  if (kind === 'symlink' && sizeBytes > MAX_PATH_BYTES) {
    refuse(name, `is a symbolic link to a path of more than ${MAX_PATH_BYTES} bytes`);
  }
  const mtimeSeconds = Math.floor(entry.getLastModDate({ timezone: 'UTC' }).getTime() / 1000);
  return { name, kind, what, mode, mtimeSeconds, sizeBytes: kind === 'file' ? sizeBytes : 0 };
}

function describeKind(name: string, entry: Entry): Pick<ArchiveEntry, 'kind' | 'what' | 'mode'> {
  const { externalFileAttributes, versionMadeBy } = entry;
  const stat = UNIX_HOSTS.includes(versionMadeBy >> 8) ? externalFileAttributes >>> 16 : 0;
  const isDirectory = name.endsWith('/') || (externalFileAttributes & DOS_DIRECTORY) !== 0;
  const type = stat >> 12 || (isDirectory ? 0o4 : 0o10);
  const declared = KINDS[type] ?? 'special';
  const kind = isDirectory && declared === 'file' ? 'directory' : declared;
  const what = SPECIAL[type] ?? `an entry of the unknown type ${type}`;
  return { kind, what, mode: stat & 0o7777 || (kind === 'directory' ? 0o755 : 0o644) };
}

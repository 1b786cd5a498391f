import { crc32 } from 'node:zlib';
import { cut, type Hostile } from './hostile-archive.js';
import { zipOf } from './zip-bytes.js';

const LINK_MODE = 0o120777;
const zipped = { name: 'kept/first.txt', body: 'first', unixMode: 0o100644 };
const long = { name: 'x', body: Buffer.alloc(5000, 'text') };

/** Each ought to be refused before anything of it is given. */
export const HOSTILE_ZIPS: readonly Hostile[] = [
  [
    'an absolute path',
    zipOf([zipped, { name: '/etc/passwd' }]),
    '/etc/passwd: is an absolute path; pack paths relative to the context',
  ],
  ['a path that climbs', zipOf([{ name: 'a/../../x' }]), 'a/../../x: has ".." in its path'],
  ['a backslash', zipOf([{ name: '..\\x' }]), '..\\x: has a backslash in its name; pack with "/" between folders'],
  ['a drive letter', zipOf([{ name: 'C:/x' }]), 'C:/x: begins with a drive letter; pack paths relative to the context'],
  [
    'a path that climbs by an extra field',
    zipOf([{ name: 'h\u{f6}', extra: unicodePath('h\u{f6}', '../x') }]),
    '../x: has ".." in its path',
  ],
  ['no name', zipOf([{ name: '' }]), '(no name): an entry has an empty name'],
  ['a NUL in a name', zipOf([{ name: 'a\0b' }]), 'a\u{fffd}b: has a control character in its name'],
  [
    'a name that is not UTF-8, but says so',
    zipOf([{ name: Buffer.from([0x61, 0xff]), flags: 0x800 }]),
    'a\u{ff}: has a name that is not UTF-8',
  ],
  ['a file that is there twice', zipOf([zipped, zipped]), 'kept/first.txt: is there twice'],
  [
    'an absolute symbolic link',
    zipOf([{ name: 'l', body: '/etc', unixMode: LINK_MODE }]),
    'l: is a symbolic link to /etc, which leads out of the context',
  ],
  [
    'a symbolic link to no UTF-8',
    zipOf([{ name: 'l', body: Buffer.from([0xff]), unixMode: LINK_MODE }]),
    'l: is a symbolic link to a path that is not UTF-8',
  ],
  [
    'a symbolic link with a NUL',
    zipOf([{ name: 'l', body: 'a\0/../..', unixMode: LINK_MODE }]),
    'l: is a symbolic link to no path',
  ],
  [
    'a symbolic link of 5000 bytes',
    zipOf([{ ...long, unixMode: LINK_MODE }]),
    'x: is a symbolic link to a path of more than 4096 bytes',
  ],
  [
    'a file written through a link',
    zipOf([{ name: 'l', body: '.', unixMode: LINK_MODE }, { name: 'l/x' }]),
    'l/x: lies below l, which is a symbolic link',
  ],
  ['a device', zipOf([{ name: 'sda', unixMode: 0o060600 }]), 'sda: is a block device'],
  ['a socket', zipOf([{ name: 's', unixMode: 0o140600 }]), 's: is a socket'],
  ['an unknown type', zipOf([{ name: 's', unixMode: 0o150600 }]), 's: is an entry of the unknown type 13'],
  ['a folder with bytes', zipOf([{ name: 'd/', body: 'x' }]), 'd/: has bytes, but is no file'],
  ['encryption', zipOf([{ ...zipped, flags: 1 }]), 'kept/first.txt: is encrypted or patched; pack it plainly'],
  [
    'another method',
    zipOf([{ ...zipped, method: 14 }]),
    'kept/first.txt: is packed by method 14; pack with "store" or "deflate"',
  ],
  [
    'two sizes for what is stored',
    zipOf([{ ...zipped, method: 0, size: 4 }]),
    'kept/first.txt: is stored, but has two sizes',
  ],
  [
    'a header that says another name',
    zipOf([{ ...zipped, localName: 'kept/other.txt' }]),
    'kept/first.txt: has a header that says something other than the directory of the archive',
  ],
  [
    'a header that says another size',
    zipOf([{ ...zipped, localSize: 4 }]),
    'kept/first.txt: has a header that says something other than the directory of the archive',
  ],
  ['entries that share their data', zipOf([long, { ...long, offset: 0, isWritten: false }]), 'x: is there twice'],
  ['data within the data of another', overlapping(), 'inner: overlaps the data of outer'],
  ['data beyond the end', sized(2 ** 20), 'x: is damaged (file data overflows file bounds: 31 + 1048576 > 132)'],
  ['data in the directory', sized(40), 'x: has data that reaches into the directory of the archive'],
  ['more entries than it lists', zipOf([zipped, { name: 'b' }], 1), 'the archive lists fewer entries than it has'],
  ['fewer entries than it lists', zipOf([zipped], 2), 'the archive is damaged (unexpected EOF)'],
  [
    'no end',
    cut(zipOf([zipped]), 5),
    'the archive is damaged (End of central directory record signature not found. Either not a zip file, or file is truncated)',
  ],
  [
    'an end alone that is cut',
    cut(zipOf([]), 4),
    'the archive is damaged (End of central directory record signature not found. Either not a zip file, or file is truncated)',
  ],
];

/** What is only seen when a file is read: the archive is not given to its end. */
export const LYING_ZIPS: readonly Hostile[] = [
  ['more bytes than it says', zipOf([{ ...long, size: 4000 }]), 'x: unpacks to more than the 4000 bytes it declares'],
  ['fewer bytes than it says', zipOf([{ ...long, size: 6000 }]), 'x: unpacks to 5000 bytes, but declares 6000'],
  ['a wrong checksum', zipOf([zipped, { ...long, crc: 1 }]), 'x: is damaged: its checksum is wrong'],
  [
    'data that is no deflate',
    zipOf([{ ...zipped, method: 0 }]).map(asDeflated(zipped.name)) as Buffer,
    'kept/first.txt: is damaged (invalid block type)',
  ],
];

/** The bytes of a stored archive, which then say that its entries are deflated. */
function asDeflated(name: string): (byte: number, index: number) => number {
  const directory = 30 + name.length + 5;
  return (byte, index) => (index === 8 || index === directory + 10 ? 8 : byte);
}

/** A name in Info-ZIP's extra field 0x7075. */
function unicodePath(name: string, other: string): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + other.length, 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(Buffer.from(name)), 5);
  return Buffer.concat([field, Buffer.from(other)]);
}

/** One stored file that holds the header of the other, which the directory lists too. */
function overlapping(): Buffer {
  const inner = zipOf([{ name: 'inner', body: 'deep', method: 0 }]);
  const body = inner.subarray(0, 30 + 5 + 4);
  return zipOf([
    { name: 'outer', body, method: 0 },
    { name: 'inner', body: 'deep', method: 0, offset: 30 + 5, isWritten: false },
  ]);
}

/** Sizes as they please, in the header and in the directory. */
function sized(sizeBytes: number): Buffer {
  const bytes = zipOf([{ name: 'x', body: Buffer.alloc(32), method: 0 }]);
  for (const at of [18, 22, 31 + 32 + 20, 31 + 32 + 24]) bytes.writeUInt32LE(sizeBytes, at);
  return bytes;
}

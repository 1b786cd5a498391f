import { gzipSync } from 'node:zlib';
import { cut, type Hostile } from './hostile-archive.js';
import { END, pax, tarEntry, tarOf } from './tar-bytes.js';

const FILE = { name: 'kept/first.txt', body: 'first' };
const link = (name: string, target: string): Buffer => tarEntry({ name, type: '2', target });

/** Each ought to be refused before anything of it is given. */
export const HOSTILE_TARS: readonly Hostile[] = [
  [
    'an absolute path',
    tarOf(FILE, { name: '/etc/passwd' }),
    '/etc/passwd: is an absolute path; pack paths relative to the context',
  ],
  ['a path that climbs', tarOf(FILE, { name: '../outside' }), '../outside: has ".." in its path'],
  ['a path that climbs within', tarOf(FILE, { name: 'a/../../x' }), 'a/../../x: has ".." in its path'],
  ['a path that climbs by a long name', tarOf(pax({ path: '../../x' }), FILE), '../../x: has ".." in its path'],
  [
    'an absolute long name of GNU',
    tarOf(tarEntry({ name: '././@LongLink', type: 'L', body: '/etc/x\0' }), FILE),
    '/etc/x: is an absolute path; pack paths relative to the context',
  ],
  ['a prefix that climbs', tarOf({ ...FILE, prefix: '..' }), '../kept/first.txt: has ".." in its path'],
  ['no name', tarOf({ name: '' }), '(no name): an entry has an empty name'],
  ['a file in place of the context', tarOf({ name: '.' }), '.: an entry has an empty name'],
  ['a line break in a name', tarOf({ name: 'a\nb' }), 'a\u{fffd}b: has a control character in its name'],
  ['a NUL in a name', tarOf(pax({ path: 'a\0b' }), FILE), 'a\u{fffd}b: has a control character in its name'],
  ['an escape sequence in a name', tarOf({ name: '\x1b[2Jx' }), '\u{fffd}[2Jx: has a control character in its name'],
  ['a name that is not UTF-8', tarOf({ name: Buffer.from([0x61, 0xff]) }), 'a\u{ff}: has a name that is not UTF-8'],
  [
    'an overlong encoding of a slash',
    tarOf({ name: Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x78]) }),
    '..\u{c0}\u{af}x: has a name that is not UTF-8',
  ],
  [
    'a name of 256 bytes',
    tarOf(pax({ path: 'n'.repeat(256) }), FILE),
    `${'n'.repeat(200)}…: has a name of more than 255 bytes`,
  ],
  [
    'a path of 4097 bytes',
    tarOf(pax({ path: `${'abcdefg/'.repeat(512)}x` }), FILE),
    `${'abcdefg/'.repeat(25)}…: has a path of more than 4096 bytes`,
  ],
  [
    '129 folders in each other',
    tarOf(pax({ path: `${'d/'.repeat(128)}x` }), FILE),
    `${'d/'.repeat(100)}…: lies more than 128 folders deep`,
  ],
  [
    'an absolute symbolic link',
    tarOf(link('l', '/etc/shadow')),
    'l: is a symbolic link to /etc/shadow, which leads out of the context',
  ],
  [
    'a symbolic link that climbs',
    tarOf(link('a/l', '../../x')),
    'a/l: is a symbolic link to ../../x, which leads out of the context',
  ],
  [
    'a symbolic link that climbs out and comes back',
    tarOf(link('l', '../context/x')),
    'l: is a symbolic link to ../context/x, which leads out of the context',
  ],
  [
    'a chain of links of which the last escapes',
    tarOf(link('a', 'b'), link('b', '..')),
    'a: is a symbolic link to b, which leads out of the context, by ..',
  ],
  [
    'a link through a link, each of which stays',
    tarOf(link('d/e/up', '../..'), link('l', 'd/e/up/..')),
    'l: is a symbolic link to d/e/up/.., which leads out of the context',
  ],
  [
    'a link through a folder that comes later',
    tarOf(link('l', 'd/up/..'), link('d/up', '..')),
    'l: is a symbolic link to d/up/.., which leads out of the context',
  ],
  [
    'a link that climbs from what is not there',
    tarOf(link('l', 'none/../../x')),
    'l: is a symbolic link to none/../../x, which leads out of the context',
  ],
  ['a link to nothing', tarOf(link('l', '')), 'l: is a symbolic link to no path'],
  [
    '41 links in a row',
    tarOf(...Array.from({ length: 42 }, (_, index) => link(`l${index}`, `l${index + 1}`))),
    'l0: is a chain of more than 40 symbolic links',
  ],
  [
    'a file written through a link',
    tarOf(link('l', 'd'), { name: 'l/x' }),
    'l/x: lies below l, which is a symbolic link',
  ],
  ['a folder that becomes a link', tarOf({ name: 'd/x' }, link('d', '.')), 'd: is both a folder and a symbolic link'],
  ['a file in place of a folder', tarOf({ name: 'd/x' }, { name: 'd' }), 'd: is both a folder and a file'],
  ['a file within a file', tarOf({ name: 'd' }, { name: 'd/x' }), 'd/x: lies below d, which is a file'],
  ['a file that is there twice', tarOf(FILE, { name: './kept//first.txt' }), './kept//first.txt: is there twice'],
  [
    'a hard link to the outside',
    tarOf({ name: 'h', type: '1', target: '/etc/shadow' }),
    '/etc/shadow: is an absolute path; pack paths relative to the context',
  ],
  ['a hard link that climbs', tarOf({ name: 'h', type: '1', target: '../x' }), '../x: has ".." in its path'],
  [
    'a hard link to a later file',
    tarOf({ name: 'h', type: '1', target: 'kept/first.txt' }, FILE),
    'h: is a hard link to kept/first.txt, which is no earlier file of the context',
  ],
  [
    'a hard link to a folder',
    tarOf({ name: 'd/', type: '5' }, { name: 'h', type: '1', target: 'd' }),
    'h: is a hard link to d, which is no earlier file of the context',
  ],
  [
    'a hard link to a symbolic link',
    tarOf(link('l', 'x'), { name: 'h', type: '1', target: 'l' }),
    'h: is a hard link to l, which is no earlier file of the context',
  ],
  [
    'a hard link with bytes',
    tarOf(FILE, { name: 'h', type: '1', target: 'kept/first.txt', body: 'x' }),
    'h: has bytes, but is no file',
  ],
  ['a character device', tarOf(FILE, { name: 'null', type: '3' }), 'null: is a character device'],
  ['a block device', tarOf({ name: 'sda', type: '4' }), 'sda: is a block device'],
  ['a fifo', tarOf({ name: 'pipe', type: '6' }), 'pipe: is a fifo'],
  ['a sparse file of GNU', tarOf({ name: 'holes', type: 'S' }), 'holes: is a sparse file; pack without --sparse'],
  [
    'a sparse file of pax',
    tarOf(pax({ 'GNU.sparse.major': '1' }), { name: 'holes' }),
    'holes: is a sparse file; pack without --sparse',
  ],
  ['an unknown type', tarOf({ name: 'odd', type: 'Z' }), 'odd: is an entry of the unknown type "Z"'],
  [
    'a folder with bytes',
    tarOf({ name: 'd/', type: '5', body: tarEntry({ name: '../x' }) }),
    'd/: has bytes, but is no file',
  ],
  ['a size that is no number', tarOf({ name: 'x', size: 'many' }), 'x: has a size that is no number'],
  ['a negative size', tarOf({ name: 'x', size: Buffer.alloc(12, 0xff) }), 'x: has a size that is no number'],
  ['a pax size that is no number', tarOf(pax({ size: '-1' }), FILE), 'kept/first.txt: has a size that is no number'],
  [
    'two sizes in two headers',
    tarOf(pax({ size: '5' }), pax({ size: '6' }), FILE),
    'the archive is damaged: an entry has two extended headers of a kind',
  ],
  [
    'a global header that names everything',
    tarOf(pax({ path: 'x' }, 'g'), FILE),
    'the archive has a global header with "path"',
  ],
  [
    'a broken extended header',
    tarOf(tarEntry({ name: 'x', type: 'x', body: '99 path=a\n' }), FILE),
    'the archive is damaged: an extended header cannot be read',
  ],
  [
    'an extended header without an entry',
    tarOf(pax({ path: 'x' })),
    'the archive is damaged: an extended header has no entry',
  ],
  [
    'an extended header of two megabytes',
    tarOf({ name: 'x', type: 'x', size: 2 ** 21 }),
    'the archive has an extended header of more than a megabyte',
  ],
  [
    'a wrong checksum',
    tarOf(FILE, { name: 'x', checksum: '000000\0 ' }),
    'the archive is damaged: the checksum of a header is wrong',
  ],
  [
    'an end within a file',
    cut(tarOf({ name: 'x', body: Buffer.alloc(5000, 1) }), 3000),
    'x: ends before its size: the archive is truncated',
  ],
  [
    'an end between two files',
    cut(tarOf(FILE, FILE), 1024 + 1024),
    'the archive is truncated: its end marker is missing',
  ],
  ['an end within a header', cut(tarOf(FILE, FILE), 1024 + 700), 'the archive is truncated: its end marker is missing'],
  [
    'another archive behind the end',
    Buffer.concat([tarOf(FILE), tarOf({ name: '../x' })]),
    'the archive goes on behind its end marker; pack everything into one',
  ],
  [
    'more bytes than may be',
    tarOf({ name: 'x', size: 300 * 2 ** 20 }),
    'x: is larger than the 134217728 bytes a file may have',
  ],
  [
    'a truncated gzip',
    cut(gzipSync(tarOf({ name: 'x', body: Buffer.alloc(9000) })), 12),
    'the archive cannot be unpacked: gz: the data is truncated',
  ],
  [
    'a gzip whose checksum is wrong',
    Buffer.concat([cut(gzipSync(tarOf(FILE)), 8), Buffer.alloc(8, 7)]),
    'the archive cannot be unpacked: gz: the data is corrupt (incorrect data check)',
  ],
  ['a gzip in a gzip', gzipSync(gzipSync(tarOf(FILE))), 'the archive is truncated: its end marker is missing'],
  [
    'something else in a gzip',
    gzipSync(Buffer.alloc(2000, 'no tar')),
    'the archive is damaged: the checksum of a header is wrong',
  ],
  [
    'neither zip nor tar',
    Buffer.from('FROM scratch\n'),
    'the archive is neither zip nor tar (plain, or packed in gzip, xz, zstd or bzip2)',
  ],
  ['nothing at all', Buffer.alloc(0), 'the archive is empty'],
  [
    'half an end marker alone',
    END.subarray(0, 100),
    'the archive is neither zip nor tar (plain, or packed in gzip, xz, zstd or bzip2)',
  ],
];

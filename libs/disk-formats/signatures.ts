import { SECTOR_BYTES } from './rules.js';

/** What the marks in a file say it is; more than the formats taken, so that a refusal can tell what was found. */
type Found = 'vmdk' | 'vdi' | 'vhd' | 'vhdx' | 'qcow2' | 'gzip' | 'xz' | 'zstd' | 'bzip2';

interface Signature {
  readonly found: Found;
  readonly offset: number;
  readonly bytes: Buffer;
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const SIGNATURES: readonly Signature[] = [
  { found: 'qcow2', offset: 0, bytes: latin('QFI\xfb') },
  { found: 'vmdk', offset: 0, bytes: latin('KDMV') },
  { found: 'vmdk', offset: 0, bytes: latin('COWD') },
  { found: 'vmdk', offset: 0, bytes: latin('# Disk DescriptorFile') },
  { found: 'vhdx', offset: 0, bytes: latin('vhdxfile') },
  { found: 'vhd', offset: 0, bytes: latin('conectix') },
  { found: 'vdi', offset: 0x40, bytes: Buffer.from([0x7f, 0x10, 0xda, 0xbe]) },
  { found: 'gzip', offset: 0, bytes: Buffer.from([0x1f, 0x8b, 0x08]) },
  { found: 'xz', offset: 0, bytes: latin('\xfd7zXZ\0') },
  { found: 'zstd', offset: 0, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { found: 'bzip2', offset: 0, bytes: latin('BZh') },
];

/** A block or the end mark follows a bzip2 header; `BZh` alone is too common a word. */
const BZIP2_BLOCKS = ['314159265359', '177245385090'];

const VHD_COOKIE = latin('conectix');

const isAt = (bytes: Buffer, offset: number, mark: Buffer): boolean =>
  bytes.subarray(offset, offset + mark.length).equals(mark);

/**
 * What a file says it is, or `undefined` where nothing does: then it is a raw disk at best.
 * @param head the file's first sector, as much as there is
 * @param tail its last sector, where a fixed VHD has its only mark
 */
export function whatIsFound(head: Buffer, tail: Buffer): Found | undefined {
  const found = SIGNATURES.find(({ offset, bytes }) => isAt(head, offset, bytes))?.found;
  if (found === 'bzip2' && !BZIP2_BLOCKS.includes(head.toString('hex', 4, 10))) return undefined;
  if (!found && tail.length === SECTOR_BYTES && isAt(tail, 0, VHD_COOKIE)) return 'vhd';
  return found;
}

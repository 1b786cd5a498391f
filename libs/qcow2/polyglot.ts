import { refuse } from './refusal.js';

/** Enough for the signatures below: the farthest is a volume descriptor at 0x10001. */
export const HEAD_BYTES = 66 * 1024;
/**
 * A ZIP's end record and its longest comment, with the ZIP64 locator before it (APPNOTE, sections 4.3.15 and 4.3.16).
 */
export const TAIL_BYTES = 22 + 65_535 + 20;

/** Whether all bytes of a range hold what the guest wrote, rather than tables, gaps or leftovers. */
export type IsGuest = (offset: number, length: number) => boolean;

interface Signature {
  readonly format: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** ISO 9660 and UDF volume descriptors fill the sectors of 2 KiB from the 16th on (ECMA-119, 8.1; ECMA-167, 2/9). */
const VOLUME_DESCRIPTORS = Array.from({ length: 17 }, (_, sector) => 0x8001 + sector * 0x800).flatMap((offset) =>
  ['CD001', 'BEA01', 'NSR02', 'NSR03'].map((mark) => ({
    format: 'an optical disc (ISO 9660 or UDF)',
    offset,
    bytes: latin(mark),
  })),
);

const HEAD_SIGNATURES: readonly Signature[] = [
  { format: 'a VDI disk', offset: 0x40, bytes: Buffer.from([0x7f, 0x10, 0xda, 0xbe]) },
  { format: 'a tar archive', offset: 257, bytes: latin('ustar') },
  { format: 'a partitioned disk (GPT)', offset: 512, bytes: latin('EFI PART') },
  { format: 'a partitioned disk (GPT)', offset: 4096, bytes: latin('EFI PART') },
  { format: 'an LVM volume', offset: 512, bytes: latin('LABELONE') },
  ...VOLUME_DESCRIPTORS,
];

const PDF_MARK = latin('%PDF-');
/** PDF readers look for the mark anywhere in the first KiB. */
const PDF_WINDOW_BYTES = 1024;

function refuseForeign(format: string): never {
  refuse('file', `is ${format} as well; make a clean image with \`qemu-img convert -O qcow2 <in> <out>\``);
}

/**
 * Refuses a file whose head another format's reader would take for its own. Formats with a signature at offset 0 cannot
 * hide behind ours.
 * @param head the file from its start, as much of HEAD_BYTES as is at hand
 */
export function refuseForeignHead(head: Buffer, isGuest: IsGuest): void {
  for (const { format, offset, bytes } of HEAD_SIGNATURES) {
    const there = head.subarray(offset, offset + bytes.length).equals(bytes);
    if (there && !isGuest(offset, bytes.length)) refuseForeign(format);
  }
  if (hasPartitionTable(head)) refuseForeign('a partitioned disk (MBR)');
  const pdf = head.subarray(0, PDF_WINDOW_BYTES).indexOf(PDF_MARK);
  if (pdf >= 0 && !isGuest(pdf, PDF_MARK.length)) refuseForeign('a PDF document');
}

/** The table lies in the first 512 bytes, hence in the header's cluster: its mark and one partition are enough. */
function hasPartitionTable(head: Buffer): boolean {
  if (head.length < 512 || head.readUInt16BE(510) !== 0x55aa) return false;
  return [446, 462, 478, 494].some((at) => {
    const status = head.readUInt8(at);
    const [type, sectors] = [head.readUInt8(at + 4), head.readUInt32LE(at + 12)];
    return (status === 0 || status === 0x80) && type !== 0 && sectors !== 0;
  });
}

/** Where a directory record says it is, if the head holds a primary volume descriptor (ECMA-119, 8.4 and 9.1). */
export function isoRootDirectoryOffset(head: Buffer): number | undefined {
  const at = 0x8000;
  if (head.length < at + 0x800 || head.toString('latin1', at, at + 6) !== '\x01CD001') return undefined;
  return head.readUInt32LE(at + 158) * 0x800;
}

/** Whether `record` is a root directory's record of itself at `offset`. */
export function isIsoRootDirectory(record: Buffer, offset: number): boolean {
  return record.length >= 34 && record.readUInt8(0) === 34 && record.readUInt32LE(2) * 0x800 === offset;
}

/** Refuses the ISO that `isIsoRootDirectory` has proved. */
export function refuseIso(): never {
  refuseForeign('an optical disc (ISO 9660 or UDF)');
}

const ZIP_END = latin('PK\x05\x06');
const ZIP64_LOCATOR = latin('PK\x06\x07');
const ZIP_END_BYTES = 22;

const FOOTERS: readonly Signature[] = [
  { format: 'a VHD disk', offset: 512, bytes: latin('conectix') },
  { format: 'a VHD disk', offset: 511, bytes: latin('conectix') },
  { format: 'a disk image (DMG)', offset: 512, bytes: latin('koly') },
  { format: 'a partitioned disk (GPT)', offset: 512, bytes: latin('EFI PART') },
];

/**
 * Refuses a file whose tail another format's reader would take for its own.
 *
 * A guest's disk may well end in a ZIP or in another disk's footer, and the file then ends in it, too. In guest bytes a
 * signature therefore counts only when the offsets or sizes behind it are those of this very file, which only a file
 * made to deceive can have: our magic stands where the foreign format's content would have to begin.
 * @param tail the last bytes of the file, as much of TAIL_BYTES as there is
 */
export function refuseForeignTail(tail: Buffer, fileSizeBytes: number, isGuest: IsGuest): void {
  const tailOffset = fileSizeBytes - tail.length;
  for (const { format, offset, bytes } of FOOTERS) {
    const at = tail.length - offset;
    if (at < 0 || !tail.subarray(at, at + bytes.length).equals(bytes)) continue;
    if (!isGuest(tailOffset + at, bytes.length) || isFixedVhd(tail, at, fileSizeBytes)) refuseForeign(format);
  }
  for (let at = tail.indexOf(ZIP_END); at >= 0; at = tail.indexOf(ZIP_END, at + 1)) {
    if (at + ZIP_END_BYTES > tail.length) return;
    const isOurs = !isGuest(tailOffset + at, ZIP_END_BYTES);
    if (isOurs || hasAbsoluteOffsets(tail, at, tailOffset)) refuseForeign('a ZIP archive');
  }
}

/** A fixed VHD's footer holds the size of what precedes it (VHD specification, "Hard Disk Footer Format"). */
function isFixedVhd(tail: Buffer, at: number, fileSizeBytes: number): boolean {
  const currentSize = at + 56 <= tail.length ? tail.readBigUInt64BE(at + 48) : -1n;
  return tail.toString('latin1', at, at + 8) === 'conectix' && currentSize === BigInt(fileSizeBytes - 512);
}

/** Whether the central directory ends where the end record begins, counted from the start of this file. */
function hasAbsoluteOffsets(tail: Buffer, at: number, tailOffset: number): boolean {
  const directoryEnd = tail.readUInt32LE(at + 12) + tail.readUInt32LE(at + 16);
  if (directoryEnd === tailOffset + at && tail.readUInt32LE(at + 16) > 0) return true;
  const locator = at - 20;
  if (locator < 0 || !tail.subarray(locator, locator + 4).equals(ZIP64_LOCATOR)) return false;
  // The ZIP64 end record is 56 bytes long and ends where its locator begins.
  return tail.readBigUInt64LE(locator + 8) === BigInt(tailOffset + locator - 56);
}

import { AUTOCLEAR, type Qcow2Header } from './header.js';
import { hex, refuse } from './refusal.js';
import { readU64 } from './words.js';

const END = 0x00000000;
const DATA_FILE = 0x44415441;
const BITMAPS = 0x23852875;
const LUKS = 0x0537be77;
const FEATURE_NAMES = 0x6803f857;
const BACKING_FORMAT = 0xe2792aca;

/** Those that shall appear at most once. Unknown ones are ignored, as often as they come. */
const ONCE = new Set([DATA_FILE, BITMAPS, LUKS, FEATURE_NAMES, BACKING_FORMAT]);

const ENTRY_HEADER_BYTES = 8;
const BITMAPS_BYTES = 24;
const LUKS_BYTES = 16;
/** QEMU's bounds: 65,535 bitmaps, each with a directory entry of at most 24 + 1023 bytes. */
const MAX_BITMAPS = 65_535;
const MAX_DIRECTORY_BYTES = MAX_BITMAPS * (24 + 1024);

/** Where an extension says something lies in the file. */
export interface Extent {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** What the extensions point at, and where their area ends. */
export interface HeaderExtensions {
  /** The bitmap directory; absent also when its autoclear bit is off, since its content then means nothing. */
  readonly bitmaps: (Extent & { readonly count: number }) | undefined;
  /** The LUKS header and key material. */
  readonly luks: Extent | undefined;
  /** The first byte after the end marker; from here to the end of the header cluster nothing may stand. */
  readonly endOffset: number;
}

/**
 * Reads the extensions between the header and the end of its cluster. Spec: "Header extensions".
 *
 * @param bytes the file from its start, up to the first cluster's end
 * @returns undefined when `bytes` end before the area does and before the cluster does
 * Throws Qcow2RefusedError.
 */
export function parseExtensions(bytes: Buffer, header: Qcow2Header): HeaderExtensions | undefined {
  const cluster = bytes.subarray(0, header.clusterSizeBytes);
  const found = new Map<number, Buffer>();
  let at = header.headerLengthBytes;
  while (at + ENTRY_HEADER_BYTES <= header.clusterSizeBytes) {
    if (at + ENTRY_HEADER_BYTES > cluster.length) return undefined;
    const type = cluster.readUInt32BE(at);
    // The end marker's length has no meaning, so it must be as empty as what follows it.
    if (type === END) return { ...interpret(found, header), endOffset: at + 4 };
    const length = cluster.readUInt32BE(at + 4);
    const dataStart = at + ENTRY_HEADER_BYTES;
    if (dataStart + length > header.clusterSizeBytes) {
      refuse('header extension', `of type ${hex(type)} with ${length} bytes leaves the header's cluster`);
    }
    if (found.has(type) && ONCE.has(type)) refuse('header extension', `of type ${hex(type)} appears twice`);
    if (type === DATA_FILE) refuse('header extension', 'names an external data file; flatten with `qemu-img convert`');
    if (dataStart + length > cluster.length) return undefined;
    found.set(type, cluster.subarray(dataStart, dataStart + length));
    at = dataStart + Math.ceil(length / 8) * 8;
  }
  return { ...interpret(found, header), endOffset: Math.min(at, header.clusterSizeBytes) };
}

function interpret(found: Map<number, Buffer>, header: Qcow2Header): Omit<HeaderExtensions, 'endOffset'> {
  return { bitmaps: interpretBitmaps(found.get(BITMAPS), header), luks: interpretLuks(found.get(LUKS), header) };
}

/** Spec: "Bitmaps extension". */
function interpretBitmaps(data: Buffer | undefined, header: Qcow2Header): HeaderExtensions['bitmaps'] {
  if (data === undefined || !(header.autoclearFeatures & AUTOCLEAR.bitmaps)) return undefined;
  if (data.length !== BITMAPS_BYTES) refuse('bitmaps extension', `has ${data.length} bytes instead of 24`);
  const count = data.readUInt32BE(0);
  const lengthBytes = readU64(data, 8);
  const offset = readU64(data, 16);
  if (count === 0 || count > MAX_BITMAPS) refuse('nb_bitmaps', `${count} is outside 1 to ${MAX_BITMAPS}`);
  if (data.readUInt32BE(4) !== 0) refuse('bitmaps extension', 'its reserved bytes 4 to 7 are not 0');
  if (lengthBytes === 0 || lengthBytes > MAX_DIRECTORY_BYTES) {
    refuse('bitmap_directory_size', `${lengthBytes} bytes cannot be a directory of ${count} bitmaps`);
  }
  return { count, offset, lengthBytes };
}

/** Spec: "Full disk encryption header pointer". */
function interpretLuks(data: Buffer | undefined, { cryptMethod }: Qcow2Header): Extent | undefined {
  if (data === undefined && cryptMethod === 2) refuse('header extension', 'LUKS needs an encryption header pointer');
  if (data === undefined) return undefined;
  if (cryptMethod !== 2) refuse('header extension', 'an encryption header pointer stands without LUKS');
  if (data.length !== LUKS_BYTES) refuse('header extension', `the encryption header pointer has ${data.length} bytes`);
  return { offset: readU64(data, 0), lengthBytes: readU64(data, 8) };
}

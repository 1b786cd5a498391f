import { refuse } from '../build-context.errors.js';
import type { ByteReader } from './byte-reader.js';
import { type PaxRecords, readPaxRecords } from './pax-records.js';
import { BLOCK_BYTES, isZero, readHeader, readText, type TarHeader } from './tar-header.js';
import { paddingOf } from './padding.js';

/** Names have 4096 bytes at most; attributes, which are not taken over, may be longer. */
const MAX_EXTENSION_BYTES = 2 ** 20;

/** A header with all that stood before it for its sake. */
export interface ExtendedHeader extends Omit<TarHeader, 'name' | 'target'> {
  readonly name: string;
  readonly target: string;
  readonly isSparse: boolean;
}

/** What the blocks before a header say; one of each at most. */
interface Extensions {
  longName?: string;
  longTarget?: string;
  pax?: PaxRecords;
}

/**
 * The next entry's header; undefined at the end marker.
 * @throws BuildContextRefusedError
 */
export async function readExtendedHeader(reader: ByteReader): Promise<ExtendedHeader | undefined> {
  const extensions: Extensions = {};
  for (;;) {
    const block = await reader.take(BLOCK_BYTES);
    if (block.length < BLOCK_BYTES) refuse(null, 'is truncated: its end marker is missing');
    const isEnd = isZero(block);
    if (isEnd && Object.keys(extensions).length > 0) refuse(null, 'is damaged: an extended header has no entry');
    if (isEnd) return undefined;
    const header = readHeader(block);
    if (!(await extend(extensions, header, reader))) return apply(extensions, header);
  }
}

/** @returns whether the header is one that extends the next */
async function extend(extensions: Extensions, header: TarHeader, reader: ByteReader): Promise<boolean> {
  const { type } = header;
  if (!'LKxg'.includes(type)) return false;
  const body = await readBody(header, reader);
  if (type === 'L') once(extensions, 'longName', readText(body));
  else if (type === 'K') once(extensions, 'longTarget', readText(body));
  else if (type === 'x') once(extensions, 'pax', readPaxRecords(body));
  else assertHarmless(readPaxRecords(body));
  return true;
}

/** Readers disagree on which of two counts. */
function once<Key extends keyof Extensions>(extensions: Extensions, key: Key, value: Extensions[Key]): void {
  if (extensions[key] !== undefined) refuse(null, 'is damaged: an entry has two extended headers of a kind');
  extensions[key] = value;
}

async function readBody({ sizeBytes }: TarHeader, reader: ByteReader): Promise<Buffer> {
  if (!(sizeBytes <= MAX_EXTENSION_BYTES)) refuse(null, 'has an extended header of more than a megabyte');
  const body = await reader.take(sizeBytes);
  const paddingBytes = await reader.skip(paddingOf(sizeBytes));
  if (body.length < sizeBytes || paddingBytes < paddingOf(sizeBytes)) refuse(null, 'is truncated');
  return body;
}

/** A header for all entries, as git writes one for its commit. One that named them would name all alike. */
function assertHarmless(records: PaxRecords): void {
  const key = ['path', 'linkpath', 'size'].find((name) => records.has(name));
  if (key !== undefined) refuse(null, `has a global header with "${key}"`);
}

function apply({ longName, longTarget, pax }: Extensions, header: TarHeader): ExtendedHeader {
  const name = pax?.get('path') ?? longName ?? readText(header.name);
  const target = pax?.get('linkpath') ?? longTarget ?? readText(header.target);
  const mtimeSeconds = Number(pax?.get('mtime') ?? header.mtimeSeconds);
  const sizeBytes = readSize(pax?.get('size')) ?? header.sizeBytes;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) refuse(name, 'has a size that is no number');
  return { ...header, name, target, mtimeSeconds, sizeBytes, isSparse: header.type === 'S' || saysSparse(pax) };
}

function saysSparse(pax: PaxRecords | undefined): boolean {
  return [...(pax?.keys() ?? [])].some((key) => key.startsWith('GNU.sparse.'));
}

function readSize(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : /^\d+$/.test(digits) ? Number(digits) : NaN;
}

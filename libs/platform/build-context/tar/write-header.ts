import type { EntryKind } from '../archive-entry.js';
import { paddingOf } from './padding.js';
import { BLOCK_BYTES } from './tar-header.js';

/** What a header written by us tells. Owners are always root. */
export interface CleanHeader {
  /** Relative, without dots, NULs or a slash at its end. */
  readonly path: string;
  readonly kind: Exclude<EntryKind, 'special'>;
  readonly mode: number;
  readonly mtimeSeconds: number;
  readonly sizeBytes: number;
  readonly target: string;
}

const FLAGS = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;
/** Eleven octal digits. */
const MAX_OCTAL = 8 ** 11 - 1;
const NAME_BYTES = 100;

/** Two blocks of nothing end an archive. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK_BYTES);

/**
 * A header as POSIX.1-2017 has it (pax, "ustar Interchange Format"), behind an extended one where it does not hold a name or
 * a size.
 */
export function writeHeader(header: CleanHeader): Buffer {
  const { path, target, sizeBytes } = header;
  const records = [
    ...(fits(path) ? [] : [record('path', path)]),
    ...(fits(target) ? [] : [record('linkpath', target)]),
    ...(sizeBytes <= MAX_OCTAL ? [] : [record('size', `${sizeBytes}`)]),
  ];
  const plain = block({ ...header, flag: FLAGS[header.kind] });
  if (records.length === 0) return plain;
  const body = Buffer.from(records.join(''));
  const extension = { path: 'extended', mode: 0o644, mtimeSeconds: 0, target: '', sizeBytes: body.length, flag: 'x' };
  return Buffer.concat([block(extension), body, Buffer.alloc(paddingOf(body.length)), plain]);
}

/** Readers know what ASCII is; of other bytes each thinks something else. */
const fits = (text: string): boolean => text.length <= NAME_BYTES && /^[\x20-\x7e]*$/.test(text);

/** Its own length, in decimal, counts too. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + `${restBytes}`.length;
  if (`${length}`.length > `${restBytes}`.length) length += 1;
  return `${length}${rest}`;
}

interface Fields extends Omit<CleanHeader, 'kind'> {
  readonly flag: string;
}

function block({ path, mode, sizeBytes, mtimeSeconds, flag, target }: Fields): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  bytes.write(fits(path) ? path : 'long', 0, NAME_BYTES);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(sizeBytes <= MAX_OCTAL ? sizeBytes : 0, 11), 124);
  bytes.write(octal(mtimeSeconds, 11), 136);
  bytes.fill(' ', 148, 156);
  bytes.write(flag, 156);
  bytes.write(fits(target) ? target : 'long', 157, NAME_BYTES);
  bytes.write('ustar\0' + '00', 257);
  bytes.write(
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  );
  return bytes;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

import { FieldProblems } from '#kernel';
import { COMPRESSION_KINDS, type CompressionKind } from '#platform/decompression';
import { DISK_FORMATS, type DiskFormat } from '#disk-formats';
import type { QemuFormat } from '#platform/qemu-img';

/** What bytes are, by the words of whoever sends them. */
export interface DiskKind {
  readonly format: 'qcow2' | DiskFormat;
  /** What the disk is packed in; undefined for nothing. */
  readonly compression?: CompressionKind | undefined;
}

const FORMATS = ['qcow2', ...DISK_FORMATS] as const;

/** What else people call them. */
const FORMAT_ALIASES: Readonly<Record<string, DiskFormat>> = { vpc: 'vhd' };
const COMPRESSION_ALIASES: Readonly<Record<string, CompressionKind>> = { gzip: 'gz', zstd: 'zst', bzip2: 'bz2' };

/** All words that are taken. */
export const FORMAT_WORDS: string[] = [...FORMATS, ...Object.keys(FORMAT_ALIASES)];
export const COMPRESSION_WORDS: string[] = [...COMPRESSION_KINDS, ...Object.keys(COMPRESSION_ALIASES)];

/**
 * What is declared; undefined where that is QCOW2 as it is, which needs no conversion. An empty word is none.
 * @throws DomainError `invalid` that names the known ones
 */
export function readDiskKind(format: string | undefined, compression: string | undefined): DiskKind | undefined {
  const problems = new FieldProblems();
  const kind = {
    format: known(format, FORMATS, FORMAT_ALIASES),
    compression: known(compression, COMPRESSION_KINDS, COMPRESSION_ALIASES),
  };
  problems.check(kind.format !== null, 'format', `Format must be one of ${FORMATS.join(', ')}`);
  problems.check(
    kind.compression !== null,
    'compression',
    `Compression must be one of ${COMPRESSION_KINDS.join(', ')}`,
  );
  problems.throwIfAny();
  const declared = { format: kind.format ?? 'qcow2', compression: kind.compression ?? undefined };
  return declared.format === 'qcow2' && declared.compression === undefined ? undefined : declared;
}

/** The format that an image is wanted in; undefined for the one it has. @throws DomainError `invalid` */
export function readExportFormat(format: string | undefined): DiskFormat | undefined {
  const kind = readDiskKind(format, undefined);
  return kind && (kind.format as DiskFormat); // qcow2 without compression is none
}

/** Undefined for no word, null for an unknown one. */
function known<Known extends string>(
  word: string | undefined,
  all: readonly Known[],
  aliases: Readonly<Record<string, Known>>,
): Known | null | undefined {
  if (word === undefined || word === '') return undefined;
  const text = word.toLowerCase();
  return all.find((one) => one === text) ?? (Object.hasOwn(aliases, text) ? aliases[text] : undefined) ?? null;
}

/** QEMU's name. */
export const qemuFormatOf = (format: DiskKind['format']): QemuFormat => (format === 'vhd' ? 'vpc' : format);

/** For people: `vmdk in gz`. */
export function describeKind({ format, compression }: DiskKind): string {
  return compression === undefined ? format : `${format} in ${compression}`;
}

/** How bytes can be packed, by the ending of such files. */
export const COMPRESSION_KINDS = ['gz', 'xz', 'zst', 'bz2'] as const;
export type CompressionKind = (typeof COMPRESSION_KINDS)[number];

/** The longest mark is that of xz. */
export const MARK_BYTES = 6;

/** A skippable frame may stand first: pzstd writes one (RFC 8878, section 3.1.2). */
const ZSTD_MARK = /^(28b52ffd|5[0-9a-f]2a4d18)/;

/** RFC 1952, 2.3.1; the .xz file format, 2.1.1.1; RFC 8878; bzip2 has a level and the digits of pi, or of its root. */
const MARKS: Readonly<Record<CompressionKind, RegExp>> = {
  gz: /^1f8b08/,
  xz: /^fd377a585a00/,
  zst: ZSTD_MARK,
  bz2: /^425a683[1-9]/,
};

/** Whether the first MARK_BYTES of a file, or what there is of them, are those of its kind. */
export function hasMark(kind: CompressionKind, head: Buffer): boolean {
  return MARKS[kind].test(head.toString('hex'));
}

/** What bytes that begin so are packed in; undefined for nothing that is known here. */
export function findCompression(head: Buffer): CompressionKind | undefined {
  return COMPRESSION_KINDS.find((kind) => hasMark(kind, head.subarray(0, MARK_BYTES)));
}

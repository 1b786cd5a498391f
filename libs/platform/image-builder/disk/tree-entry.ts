/** A file of the tree, of whatever kind. */
export interface TreeEntry {
  /** Without a leading slash, as `boot/vmlinuz`; empty for the root. */
  readonly path: string;
  /** In the words of `find -printf %y`: `d`, `f`, `l` … */
  readonly kind: string;
  readonly sizeBytes: number;
  /** Where a link points, else empty. */
  readonly target: string;
}

/** For `find`. NUL ends each piece, since nothing else cannot be in a name. */
export const ENTRY_FORMAT = '%p\\0%y\\0%s\\0%l\\0';

/** More than any honest `/boot` has to say; what comes after is not read. */
export const MAX_LISTING_BYTES = 512 * 1024;

const PIECES = 4;

/** What `find` printed of paths that begin with `./`. An entry that was cut at the end is left out. */
export function readEntries(printed: string): TreeEntry[] {
  const pieces = printed.split('\0').slice(0, -1);
  return Array.from({ length: Math.floor(pieces.length / PIECES) }, (_, index) => {
    const [path = '', kind = '', size = '', target = ''] = pieces.slice(index * PIECES);
    return { path: path.replace(/^\.\/?/, ''), kind, sizeBytes: Number(size), target };
  });
}

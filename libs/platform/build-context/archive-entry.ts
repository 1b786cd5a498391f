/** `special` is whatever no context may hold: a device, a fifo, a sparse file. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'special';

/** One entry of an archive, by the words of its sender. */
export interface ArchiveEntry {
  readonly name: string;
  readonly kind: EntryKind;
  /** What a special entry is, with its article. */
  readonly what?: string | undefined;
  /** The twelve lower bits. */
  readonly mode: number;
  readonly mtimeSeconds: number;
  /** Of a file; else 0. */
  readonly sizeBytes: number;
  /** Where a link leads; else empty. */
  readonly target: string;
  /** A file's bytes, exactly so many: once at most, and before the next entry is asked for. */
  readonly read: () => AsyncIterable<Buffer>;
}

/** A file of entries that can be read again and again. Each reading gives the same. */
export interface Archive {
  /** @throws BuildContextRefusedError in place of the first entry that cannot be read, or at the end for an archive that lacks one */
  entries(): AsyncGenerator<ArchiveEntry, void, undefined>;
}

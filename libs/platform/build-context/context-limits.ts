/** What a context may be at most. */
export interface ContextLimits {
  /** Files, folders and links, those that `.dockerignore` leaves out included. */
  readonly maxEntries: number;
  /** Of all files together, unpacked. */
  readonly maxBytes: number;
  /** Of one file, unpacked. */
  readonly maxEntryBytes: number;
  /** Of unpacked to packed bytes. It counts from 64 MiB on. */
  readonly maxRatio: number;
}

/** Smaller contexts harm nobody, whatever they are packed from. */
export const RATIO_FLOOR_BYTES = 64 * 2 ** 20;

/** Linux's own: NAME_MAX and PATH_MAX. */
export const MAX_NAME_BYTES = 255;
export const MAX_PATH_BYTES = 4096;
/** Folders in each other. */
export const MAX_DEPTH = 128;
/** Of all names and link targets together: they are held in memory while a context is read. */
export const MAX_NAMES_BYTES = 16 * 2 ** 20;

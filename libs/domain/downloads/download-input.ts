import type { DiskKind } from '#domain/conversions';

/** What a download's handler is told. */
export interface DownloadInput {
  readonly url: string;
  /** The same without its secrets. */
  readonly source: string;
  readonly sha256?: string | undefined;
  readonly disk?: DiskKind | undefined;
  /** The image whose schedule found it, where one did. */
  readonly refreshOf?: number | undefined;
}

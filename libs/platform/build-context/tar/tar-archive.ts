import { createReadStream } from 'node:fs';
import {
  type CompressionKind,
  DecompressedSizeError,
  DecompressionError,
  type Decompressor,
} from '#platform/decompression';
import type { Archive, ArchiveEntry } from '../archive-entry.js';
import { refuse } from '../build-context.errors.js';
import type { ContextLimits } from '../context-limits.js';
import { readTar } from './read-tar.js';

const PIECE_BYTES = 256 * 1024;
/** Headers and padding of an entry, with an extended header for long names. */
const HEADER_BYTES = 8 * 512;
const PADDING_BYTES = 2 ** 20;

/** A tar archive in a file, plain or packed. */
export class TarArchive implements Archive {
  constructor(
    private readonly path: string,
    private readonly limits: ContextLimits,
    private readonly packing: { readonly kind: CompressionKind; readonly decompressor: Decompressor } | undefined,
  ) {}

  async *entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    try {
      yield* readTar(this.bytes());
    } catch (error) {
      if (error instanceof DecompressionError) refuse(null, `cannot be unpacked: ${error.message}`, error);
      if (error instanceof DecompressedSizeError) {
        refuse(null, `unpacks to more than ${this.limits.maxBytes} bytes`, error);
      }
      throw error;
    }
  }

  private bytes(): AsyncIterable<Buffer> {
    // A stream of bytes is typed any.
    const packed = createReadStream(this.path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
    if (!this.packing) return packed;
    const { kind, decompressor } = this.packing;
    const { maxBytes, maxEntries } = this.limits;
    return decompressor.decompress(kind, packed, { maxBytes: maxBytes + maxEntries * HEADER_BYTES + PADDING_BYTES });
  }
}

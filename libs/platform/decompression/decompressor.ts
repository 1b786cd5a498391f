import type { Sandbox } from '#platform/sandbox';
import { type CompressionKind, hasMark, MARK_BYTES } from './compression-kind.js';
import { DecompressedSizeError, DecompressionError } from './decompression.errors.js';
import { assertProgram, unpackByProgram } from './program-filter.js';
import { Rereadable } from './rereadable.js';
import { unpackMembers } from './zlib-members.js';

/** Unpacks streams: gzip and zstd in this process, xz and bzip2 by their own programs in the sandbox. */
export class Decompressor {
  constructor(private readonly sandbox: Sandbox) {}

  /**
   * The unpacked bytes, as they are asked for: nothing is read ahead but what decoders and pipes hold. Several members,
   * frames or streams one after the other are one file, as their formats say. To stop reading ends all there is of it.
   * @param maxBytes what may come of it at most
   * @throws DecompressionError for bytes of another kind, or truncated, corrupt, or followed by others;
   *   DecompressedSizeError before the first byte too many; DecompressorMissingError; and as the sandbox does
   */
  async *decompress(
    kind: CompressionKind,
    source: AsyncIterable<Buffer>,
    { maxBytes }: { readonly maxBytes: number },
  ): AsyncGenerator<Buffer, void, undefined> {
    const input = new Rereadable(source);
    try {
      const head = await input.peek(MARK_BYTES);
      if (head.length === 0) throw new DecompressionError(kind, 'the data is empty');
      if (!hasMark(kind, head)) throw new DecompressionError(kind, 'the data is not of this kind; declare what it is');
      let unpackedBytes = 0;
      for await (const piece of this.unpack(kind, input)) {
        unpackedBytes += piece.length;
        if (unpackedBytes > maxBytes) throw new DecompressedSizeError(maxBytes);
        yield piece;
      }
    } finally {
      input.close();
    }
  }

  /** @throws DecompressorMissingError, SandboxUnavailableError */
  async assertAvailable(kind: CompressionKind): Promise<void> {
    if (kind === 'xz' || kind === 'bz2') await assertProgram(this.sandbox, kind);
  }

  private unpack(kind: CompressionKind, input: Rereadable): AsyncGenerator<Buffer> {
    return kind === 'gz' || kind === 'zst' ? unpackMembers(kind, input) : unpackByProgram(this.sandbox, kind, input);
  }
}

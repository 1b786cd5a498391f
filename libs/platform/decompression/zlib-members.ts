import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DecompressionError } from './decompression.errors.js';
import type { Rereadable } from './rereadable.js';

const OUTPUT_BYTES = 128 * 1024;

/** What `zlib` makes: it counts the bytes it has used, which may be fewer than it was given. */
interface Decoder extends Transform {
  readonly bytesWritten: number;
}

const DECODERS = {
  gz: (): Decoder => createGunzip({ chunkSize: OUTPUT_BYTES }),
  zst: (): Decoder => createZstdDecompress({ chunkSize: OUTPUT_BYTES }),
};

/**
 * Unpacks gzip members or zstd frames, one after the other, up to the end of the input. Node's decoders stop in the middle
 * of a piece of input where a member ends there, and drop the rest without a word, so each next one begins with that.
 * @throws DecompressionError; errors of the input pass through
 */
export async function* unpackMembers(kind: keyof typeof DECODERS, input: Rereadable): AsyncGenerator<Buffer> {
  while ((await input.peek(1)).length > 0) {
    const decoder = DECODERS[kind]();
    // For the time between the pieces; whoever reads the decoder gets it from there.
    decoder.on('error', () => undefined);
    // What the input fails with is an error.
    const feeding = feed(decoder, input).catch((error: unknown) => decoder.destroy(error as Error));
    try {
      yield* piecesOf(decoder);
      await feeding;
      if (decoder.errored) throw decoder.errored;
    } catch (error) {
      throw explain(kind, error);
    } finally {
      decoder.destroy();
    }
  }
}

/** A stream of bytes is typed any. */
const piecesOf = (decoder: Decoder): AsyncIterable<Buffer> => decoder;

/** Gives the decoder its input piece by piece, each when it is done with the one before. */
async function feed(decoder: Decoder, input: Rereadable): Promise<void> {
  let fedBytes = 0;
  for (let piece = await input.next(); piece; piece = await input.next()) {
    await write(decoder, piece);
    fedBytes += piece.length;
    const unusedBytes = fedBytes - decoder.bytesWritten;
    if (unusedBytes > 0) {
      input.giveBack(piece.subarray(piece.length - unusedBytes));
      return;
    }
  }
  decoder.end();
}

function write(decoder: Decoder, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    decoder.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

/** What zlib's error codes mean for a sender. Errors of anything else are passed on. */
function explain(kind: keyof typeof DECODERS, error: unknown): unknown {
  // What is thrown here and by our sources are errors; zlib's have a code.
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!/^(Z_|ZSTD_)/.test(code)) return error;
  if (code === 'Z_BUF_ERROR') return new DecompressionError(kind, 'the data is truncated');
  const isUnknown = code === 'ZSTD_error_prefix_unknown' || message === 'incorrect header check';
  // The first member's mark has been seen before.
  if (isUnknown) return new DecompressionError(kind, 'something else follows the compressed data');
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return new DecompressionError(kind, 'needs more than 128 MiB of memory to unpack; compress it without --long');
  }
  return new DecompressionError(kind, `the data is corrupt (${message})`);
}

import type { ByteSource } from './byte-source.js';
import { Pacer } from './pacer.js';
import { refuse } from './refusal.js';

/** The most that is read, and looked at, in one go: small enough for a step of well under a millisecond. */
export const PIECE_BYTES = 32 * 1024;

/** A part of a table, with its place in the file. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Reads a source within its bounds, piece by piece, and lets the event loop breathe between the pieces. */
export class ImageReader {
  readonly sizeBytes: number;
  private readonly pacer = new Pacer();

  constructor(private readonly source: ByteSource) {
    this.sizeBytes = source.sizeBytes;
  }

  /**
   * Exactly `length` bytes from `offset`; `length` is the caller's constant, never a claim of the image.
   * Throws Qcow2RefusedError when the file doesn't hold them.
   */
  async exact(offset: number, length: number): Promise<Buffer> {
    if (offset + length > this.sizeBytes)
      refuse('file', `ends after ${this.sizeBytes} bytes, in the middle of a table`);
    const bytes = await this.source.read(offset, length);
    if (bytes.length < length) refuse('file', `is shorter than its size of ${this.sizeBytes} bytes says`);
    await this.pacer.breathe();
    return bytes;
  }

  /** The range in order, at most PIECE_BYTES at a time. Throws like `exact`. */
  async *pieces(offset: number, length: number): AsyncGenerator<Piece, void, undefined> {
    const end = offset + length;
    for (let at = offset; at < end; at += PIECE_BYTES) {
      yield { offset: at, bytes: await this.exact(at, Math.min(PIECE_BYTES, end - at)) };
    }
  }

  /** The range as one buffer, read in pieces; `length` as for `exact`. */
  async range(offset: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const { bytes } of this.pieces(offset, length)) parts.push(bytes);
    return Buffer.concat(parts);
  }

  /** For loops that compute without reading. */
  breathe(): Promise<void> {
    return this.pacer.breathe();
  }
}

import type { ByteSource } from './byte-source.js';
import { refuse } from './refusal.js';

/** The most that is read in one go. */
export const PIECE_BYTES = 64 * 1024;

/** How long the event loop may be kept: bytes that are cached come without a turn of it. */
const STRETCH_MS = 0.5;

/** Reads a source within its bounds, in small pieces, and lets the event loop breathe between them. */
export class DiskReader {
  readonly sizeBytes: number;
  private breathedAt = performance.now();
  private window: Buffer = Buffer.alloc(0);
  private windowOffset = 0;

  constructor(private readonly source: ByteSource) {
    this.sizeBytes = source.sizeBytes;
  }

  /**
   * Exactly `length` bytes from `offset`, at most PIECE_BYTES.
   * @param field what to blame when the file does not hold them
   * @throws DiskRefusedError
   */
  async exact(field: string, offset: number, length: number): Promise<Buffer> {
    if (offset + length > this.sizeBytes) refuse(field, 'leads past the end of the file; the upload may be truncated');
    const bytes = await this.source.read(offset, length);
    if (bytes.length < length) refuse('file', `is shorter than its size of ${this.sizeBytes} bytes says`);
    if (performance.now() - this.breathedAt > STRETCH_MS) {
      await new Promise<void>((resume) => setImmediate(resume));
      this.breathedAt = performance.now();
    }
    return bytes;
  }

  /** As `exact`, reading ahead: for many small tables in ascending order. */
  async ahead(field: string, offset: number, length: number): Promise<Buffer> {
    const at = offset - this.windowOffset;
    if (at < 0 || at + length > this.window.length) {
      const available = Math.max(length, Math.min(PIECE_BYTES, this.sizeBytes - offset));
      this.window = await this.exact(field, offset, available);
      this.windowOffset = offset;
      return this.window.subarray(0, length);
    }
    return this.window.subarray(at, at + length);
  }

  /** A table of any length, PIECE_BYTES at most at a time. Throws like `exact`. */
  async *pieces(field: string, offset: number, length: number): AsyncGenerator<Buffer, void, undefined> {
    const end = offset + length;
    if (end > this.sizeBytes) refuse(field, 'leads past the end of the file; the upload may be truncated');
    for (let at = offset; at < end; at += PIECE_BYTES) {
      yield await this.exact(field, at, Math.min(PIECE_BYTES, end - at));
    }
  }

  /** The first bytes, as many as there are up to `length`. */
  async head(length: number): Promise<Buffer> {
    return this.exact('file', 0, Math.min(length, this.sizeBytes));
  }

  /** The last bytes, as many as there are up to `length`. */
  async tail(length: number): Promise<Buffer> {
    const there = Math.min(length, this.sizeBytes);
    return this.exact('file', this.sizeBytes - there, there);
  }
}

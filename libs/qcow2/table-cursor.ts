import { PIECE_BYTES, type ImageReader } from './image-reader.js';
import { refuse } from './refusal.js';

/**
 * Walks a table whose entries differ in length. Holds one piece at a time, whatever the entries claim.
 * Reading beyond `end` or the file throws Qcow2RefusedError naming `field`.
 */
export class TableCursor {
  private window: Buffer = Buffer.alloc(0);
  private windowOffset: number;

  constructor(
    private readonly reader: ImageReader,
    private readonly field: string,
    private at: number,
    private readonly end: number,
  ) {
    this.windowOffset = at;
  }

  /** The offset of the next byte. */
  get offset(): number {
    return this.at;
  }

  /** The next `length` bytes, at most PIECE_BYTES. */
  async take(length: number): Promise<Buffer> {
    const start = this.at;
    this.skip(length);
    if (this.at > this.windowOffset + this.window.length) {
      this.window = await this.reader.exact(start, Math.min(PIECE_BYTES, this.end - start));
      this.windowOffset = start;
    }
    return this.window.subarray(start - this.windowOffset, this.at - this.windowOffset);
  }

  skip(length: number): void {
    if (this.at + length > this.end) refuse(this.field, 'its last entry leaves the table or the file');
    this.at += length;
  }
}

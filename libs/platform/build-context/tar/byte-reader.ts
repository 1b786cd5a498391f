/** Takes bytes off a stream by count. */
export class ByteReader {
  private readonly iterator: AsyncIterator<Buffer>;
  private piece: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** The next bytes, fewer only at the end of the stream. */
  async take(length: number): Promise<Buffer> {
    if (this.piece.length >= length) return this.cut(length);
    const pieces: Buffer[] = [];
    for await (const piece of this.stream(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The same in pieces, as they come. */
  async *stream(length: number): AsyncGenerator<Buffer, void, undefined> {
    let left = length;
    while (left > 0 && (await this.fill())) {
      const piece = this.cut(Math.min(left, this.piece.length));
      left -= piece.length;
      yield piece;
    }
  }

  /** @returns how many there were */
  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0 && (await this.fill())) left -= this.cut(Math.min(left, this.piece.length)).length;
    return length - left;
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    await this.iterator.return?.();
  }

  private async fill(): Promise<boolean> {
    while (this.piece.length === 0) {
      const next = await this.iterator.next();
      if (next.done === true) return false;
      this.piece = next.value;
    }
    return true;
  }

  private cut(length: number): Buffer {
    const head = this.piece.subarray(0, length);
    this.piece = this.piece.subarray(length);
    return head;
  }
}

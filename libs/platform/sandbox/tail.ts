/** The last bytes of a stream, however long it is. */
export class Tail {
  private kept: Buffer = Buffer.alloc(0);
  /** How much came in all. */
  totalBytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(chunk: Buffer): void {
    this.totalBytes += chunk.length;
    this.kept = Buffer.concat([this.kept, chunk]).subarray(-this.maxBytes);
  }

  /** As text, without what was cut in the middle of a character, and without surrounding white space. */
  toString(): string {
    return this.kept
      .toString()
      .replace(/^\uFFFD+/, '')
      .trim();
  }
}

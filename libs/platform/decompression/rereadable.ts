/** A stream of bytes of which what was read too far can be given back. */
export class Rereadable {
  private readonly iterator: AsyncIterator<Buffer>;
  private returned: Buffer | undefined;

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** The next bytes, never none; `undefined` at the end. Errors of the source pass through. */
  async next(): Promise<Buffer | undefined> {
    const again = this.returned;
    this.returned = undefined;
    if (again) return again;
    for (;;) {
      const next = await this.iterator.next();
      if (next.done === true) return undefined;
      if (next.value.length > 0) return next.value;
    }
  }

  /** Puts bytes before what is still to come. */
  giveBack(bytes: Buffer): void {
    if (bytes.length > 0) this.returned = this.returned ? Buffer.concat([bytes, this.returned]) : bytes;
  }

  /** The first bytes, as many as there are up to `length`; they are still to come. */
  async peek(length: number): Promise<Buffer> {
    let head: Buffer = Buffer.alloc(0);
    while (head.length < length) {
      const more = await this.next();
      if (!more) break;
      head = Buffer.concat([head, more]);
    }
    this.giveBack(head);
    return head.subarray(0, length);
  }

  /** Lets the source go. What it has to say to that is of no interest any more. */
  close(): void {
    Promise.resolve(this.iterator.return?.()).catch(() => undefined);
  }
}

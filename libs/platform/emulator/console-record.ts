import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

const MAX_HEAD_BYTES = 768 * 1024;
const MAX_TAIL_BYTES = 256 * 1024;

/** Keeps what a console prints in a file: all of it, or where that is much, the beginning and the end. */
export class ConsoleRecord {
  private headBytes = 0;
  private tail: Buffer[] = [];
  private tailBytes = 0;
  private droppedBytes = 0;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<ConsoleRecord> {
    return new ConsoleRecord(path, await open(path, 'wx', 0o640));
  }

  async add(chunk: Buffer): Promise<void> {
    const head = chunk.subarray(0, MAX_HEAD_BYTES - this.headBytes);
    this.headBytes += head.length;
    if (head.length > 0) await this.file.appendFile(head);
    if (head.length < chunk.length) this.keepEnd(chunk.subarray(head.length));
  }

  /** Whether anything was printed. */
  get isEmpty(): boolean {
    return this.headBytes === 0;
  }

  async close(): Promise<void> {
    if (this.droppedBytes > 0) await this.file.appendFile(`\n[${this.droppedBytes} bytes are left out here]\n`);
    if (this.tail.length > 0) await this.file.appendFile(Buffer.concat(this.tail));
    await this.file.close();
  }

  private keepEnd(chunk: Buffer): void {
    this.tail.push(chunk);
    this.tailBytes += chunk.length;
    while (this.tailBytes > MAX_TAIL_BYTES) {
      const [first] = this.tail.splice(0, 1);
      const length = first?.length ?? 0;
      this.tailBytes -= length;
      this.droppedBytes += length;
    }
  }
}

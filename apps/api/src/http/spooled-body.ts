import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

const READ_BYTES = 256 * 1024;

/** The whole body of a request, as it came, in a file that goes with the request. */
export class SpooledBody {
  constructor(
    private readonly file: FileHandle,
    readonly sizeBytes: number,
    /** Of the raw bytes, in hex. */
    readonly sha256: string,
  ) {}

  /** Its bytes from the beginning, as often as asked; an error once the request has ended. */
  open(): Readable {
    return Readable.from(this.chunks(), { objectMode: false });
  }

  private async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    for (let position = 0; position < this.sizeBytes;) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, this.sizeBytes - position));
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

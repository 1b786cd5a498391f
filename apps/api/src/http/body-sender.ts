import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { releaseMemory } from '#platform/storage';

/** An answer's body, for large ones: gives the memory of each chunk back as soon as the connection has taken it. */
export class BodySender extends Writable {
  constructor(private readonly response: ServerResponse) {
    super();
    response.once('close', () => this.destroy());
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.response.write(chunk, (error) => {
      releaseMemory(chunk);
      if (error) this.destroy();
      else done();
    });
  }

  override _final(done: () => void): void {
    this.response.end(done);
  }
}

import { PassThrough, Readable } from 'node:stream';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { DomainError } from '#kernel';
import { readBody } from './body-reader.js';
import { LOOP_TIME } from './loop-time.js';

const IDLE_MS = 60_000;
const CUT_OFF = { code: 'incomplete_body', message: 'The connection ended before the body did; send it again' };

async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('readBody', () => {
  it('gives all bytes in their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), async (chunks) => {
        const body = readBody(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), IDLE_MS);
        expect(await collect(body)).toEqual(Buffer.concat(chunks));
      }),
    );
  });

  it('ends at once for a body without bytes', async () => {
    expect(await collect(readBody(Readable.from([]), IDLE_MS))).toHaveLength(0);
  });

  it('pauses the sender while about 1 MiB waits, and lets it go on once that is taken', async () => {
    const stream = new PassThrough({ highWaterMark: 2 ** 16 });
    const body = readBody(stream, IDLE_MS);
    const first = body.next();
    for (let sent = 0; sent < 100 && !stream.isPaused(); sent += 1) {
      stream.write(Buffer.alloc(2 ** 16));
      await turn();
    }
    expect(stream.isPaused()).toBe(true);
    expect(stream.readableLength + stream.writableLength).toBeLessThan(2 ** 18);
    await first;
    while (stream.isPaused()) await body.next();
    await body.return();
  });

  it('steps aside for requests, and goes on by itself', async () => {
    const stream = new PassThrough({ highWaterMark: 2 ** 20 });
    const body = collect(readBody(stream, IDLE_MS));
    let sent = 0;
    for (; sent < 2 ** 19 && !stream.isPaused(); sent += 1) {
      LOOP_TIME.requestCame();
      stream.write('x');
    }
    expect(stream.isPaused()).toBe(true);
    stream.end('end');
    expect((await body).toString()).toBe(`${'x'.repeat(sent)}end`);
  });

  it('fails when the stream closes before its end', async () => {
    const stream = new PassThrough();
    const body = collect(readBody(stream, IDLE_MS));
    stream.write('some');
    setImmediate(() => stream.destroy());
    await expect(body).rejects.toMatchObject(CUT_OFF);
  });

  it('fails when the stream had closed before anybody read', async () => {
    const stream = new PassThrough();
    stream.write('some');
    stream.destroy();
    await turn();
    await expect(collect(readBody(stream, IDLE_MS))).rejects.toMatchObject(CUT_OFF);
  });

  it('fails when the stream does, and keeps the reason for the log', async () => {
    const reason = new Error('ECONNRESET');
    const stream = new PassThrough();
    const body = collect(readBody(stream, IDLE_MS));
    setImmediate(() => stream.destroy(reason));
    await expect(body).rejects.toMatchObject({ ...CUT_OFF, cause: reason });
  });

  it('passes on what a parser in between says is wrong', async () => {
    const reason = new DomainError('invalid', 'The multipart body cannot be read');
    const stream = new PassThrough();
    const body = collect(readBody(stream, IDLE_MS));
    setImmediate(() => stream.destroy(reason));
    await expect(body).rejects.toBe(reason);
  });

  it('hands over what came before the end failed, then fails', async () => {
    const stream = new PassThrough();
    const body = readBody(stream, IDLE_MS);
    stream.write('some');
    expect((await body.next()).value).toEqual(Buffer.from('some'));
    stream.destroy();
    await expect(body.next()).rejects.toMatchObject(CUT_OFF);
  });

  it('gives up when nothing comes for the idle time', async () => {
    const body = collect(readBody(new PassThrough(), 20));
    await expect(body).rejects.toMatchObject({
      code: 'timeout',
      message: 'No byte of the body came for 0.02 seconds',
    });
  });

  it('does not blame the sender for the time that the reader takes', async () => {
    const stream = new PassThrough();
    const body = readBody(stream, 20);
    stream.write('one');
    await body.next();
    await delay(60); // the reader at work
    stream.end('two');
    expect((await body.next()).value).toEqual(Buffer.from('two'));
    expect(await body.next()).toEqual({ value: undefined, done: true });
  });

  it('leaves the stream open and paused for an answer when the reader gives up', async () => {
    const stream = new PassThrough();
    stream.write('some');
    for await (const chunk of readBody(stream, IDLE_MS)) {
      expect(chunk).toEqual(Buffer.from('some'));
      break;
    }
    expect({ destroyed: stream.destroyed, paused: stream.isPaused() }).toEqual({ destroyed: false, paused: true });
    expect(stream.listenerCount('data')).toBe(0);
  });

  it('survives a stream that breaks after the reader gave up', async () => {
    const stream = new PassThrough();
    stream.write('some');
    const body = readBody(stream, IDLE_MS);
    await body.next();
    await body.return();
    stream.destroy(new Error('ECONNRESET'));
    await turn();
    expect(stream.destroyed).toBe(true);
  });
});

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { SandboxedProcess } from './sandboxed-process.js';

/** A longer line is told in pieces. */
const MAX_LINE_CHARACTERS = 16_384;

/** Takes a line, without what ends it; while its promise is not kept, the program waits for its reader. */
export type OnLine = (line: string, stream: 'stdout' | 'stderr') => void | Promise<void>;

/**
 * Tells all that a program prints, until it has ended, and gives it what it reads.
 * @throws as `SandboxedProcess.finished`, and what `onLine` and `input` fail with; the program is ended then
 */
export async function readWhole(
  running: SandboxedProcess,
  onLine: OnLine,
  input?: AsyncIterable<Buffer | string>,
): Promise<void> {
  const tell: OnLine = (line, stream) => {
    if (stream === 'stderr') running.hear(Buffer.from(`${line}\n`));
    return running.isKilled ? undefined : onLine(line, stream);
  };
  const read = Promise.all([
    readLines(running.stdout, (line) => tell(line, 'stdout')),
    readLines(running.stderr, (line) => tell(line, 'stderr')),
  ]);
  read.catch((error: unknown) => running.kill(error as Error));
  feed(running, input).catch((error: unknown) => running.kill(error as Error));
  try {
    await running.finished;
  } catch (error) {
    // Of a program that failed by itself the last words are still on their way.
    if (!running.isKilled) await read;
    throw error;
  }
  await read;
}

/** Tells the lines of a stream in order; the last one may lack its end. */
export async function readLines(stream: Readable, onLine: (line: string) => void | Promise<void>): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    // Nobody has set an encoding: it is a stream of buffers.
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) await tellPieces(line.endsWith('\r') ? line.slice(0, -1) : line, onLine);
    if (rest.length > MAX_LINE_CHARACTERS) {
      await tellPieces(rest, onLine);
      rest = '';
    }
  }
  rest += decoder.end();
  if (rest !== '') await tellPieces(rest, onLine);
}

async function tellPieces(line: string, onLine: (line: string) => void | Promise<void>): Promise<void> {
  let from = 0;
  do {
    await onLine(line.slice(from, from + MAX_LINE_CHARACTERS));
    from += MAX_LINE_CHARACTERS;
  } while (from < line.length);
}

/** What a program does not want to read, it need not: how it ends is what counts. */
async function feed(
  { stdin, finished }: SandboxedProcess,
  input: AsyncIterable<Buffer | string> | undefined,
): Promise<void> {
  const ended = finished.catch(() => undefined);
  for await (const piece of input ?? []) {
    if (stdin.destroyed) return;
    if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain').catch(() => undefined), ended]);
  }
  stdin.end();
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { type LogLine, type LogStream, masked, splitLines } from './log-line.js';
import type { NewChunk, OperationLogsRepository } from './operation-logs.repository.js';

/** How long a line may wait for others to be written with. */
const FLUSH_MS = 50;
/** How long after a failure it is tried again. */
const RETRY_MS = 1_000;
/** A chunk is closed once it has so many bytes. */
const CHUNK_BYTES = 256 * 1024;
/** So many waiting bytes are as many as it takes in: its writer should wait. */
const HIGH_WATER_BYTES = 4 * CHUNK_BYTES;

type Unnumbered = Omit<LogLine, 'offset'>;

interface SizedChunk extends NewChunk {
  /** As it counts for the limits. */
  readonly sizeBytes: number;
}

/** Writes the log of one operation: in chunks, in order, each line once, readable a moment later. */
export class LogWriter {
  private waiting: Unnumbered[] = [];
  private waitingBytes = 0;
  private writtenBytes = 0;
  private nextLine: number | undefined;
  /** Was sent, and nobody knows whether it was written: it is sent again as it is, or its lines would be there twice. */
  private unsure: SizedChunk | undefined;
  private flushing: Promise<boolean> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly secrets: string[] = [];

  constructor(
    private readonly operationId: number,
    private readonly logs: OperationLogsRepository,
    private readonly logger: Logger,
    /** What is printed beyond so many bytes is not kept. */
    private readonly maxBytes: number,
  ) {}

  /** From now on never to be written. */
  mask(secret: string): void {
    this.secrets.push(secret);
  }

  /** A text as it may be read: without what is never to be written. */
  masked(text: string): string {
    return masked(text, this.secrets);
  }

  /** One line, or several. */
  write(text: string, stream: LogStream = 'system'): void {
    const time = new Date().toISOString();
    for (const line of splitLines(this.masked(text))) this.add({ time, stream, text: line });
    this.flushIn(FLUSH_MS);
  }

  /** Resolves when it takes more: whoever prints a lot waits for it, which is the back-pressure. */
  async drained(): Promise<void> {
    while (this.waitingBytes > HIGH_WATER_BYTES) {
      if (!(await this.flush())) await delay(RETRY_MS);
    }
  }

  /** Writes what waits. Never throws: false where lines could not be written, which is tried again a moment later. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing ??= this.writeWaiting().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** Writes what is left; after that nothing may be written. */
  async close(): Promise<void> {
    await this.flush();
    if (this.waiting.length > 0) await this.flush(); // what came while the last was written
    clearTimeout(this.timer);
    if (this.waiting.length > 0) {
      this.logger.warn({ operationId: this.operationId, lines: this.waiting.length }, 'lines of a log are lost');
    }
  }

  private add(line: Unnumbered): void {
    if (this.writtenBytes > this.maxBytes) return;
    const bytes = sizeOf(line.text);
    this.writtenBytes += bytes;
    const isFull = this.writtenBytes > this.maxBytes;
    this.waiting.push(isFull ? { ...line, stream: 'system', text: `The log is full: ${this.maxBytes} bytes` } : line);
    this.waitingBytes += bytes;
  }

  private flushIn(ms: number): void {
    this.timer ??= setTimeout(() => void this.flush(), ms);
  }

  private async writeWaiting(): Promise<boolean> {
    try {
      while (this.waiting.length > 0) await this.writeChunk();
      return true;
    } catch (error) {
      this.logger.warn({ err: error, operationId: this.operationId }, 'cannot write a log; trying again');
      this.flushIn(RETRY_MS);
      return false;
    }
  }

  private async writeChunk(): Promise<void> {
    this.nextLine ??= await this.logs.countLines(this.operationId);
    const chunk = (this.unsure ??= this.chunkFrom(this.nextLine));
    const isOurs = await this.logs.append(this.operationId, chunk);
    this.unsure = undefined;
    if (!isOurs) {
      this.nextLine = undefined; // a worker that was thought dead wrote in between
      return;
    }
    this.nextLine += chunk.lineCount;
    this.waiting = this.waiting.slice(chunk.lineCount);
    this.waitingBytes -= chunk.sizeBytes;
  }

  private chunkFrom(firstLine: number): SizedChunk {
    let [lineCount, sizeBytes] = [0, 0];
    while (lineCount < this.waiting.length && sizeBytes < CHUNK_BYTES) {
      sizeBytes += sizeOf(this.waiting[lineCount]?.text ?? '');
      lineCount += 1;
    }
    const lines = this.waiting.slice(0, lineCount);
    const body = lines.map((line, index) => `${JSON.stringify({ offset: firstLine + index, ...line })}\n`).join('');
    return { firstLine, lineCount, body, sizeBytes };
  }
}

/** In bytes, with what stands around it. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 80;
}

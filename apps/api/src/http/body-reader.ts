import type { Readable } from 'node:stream';
import { DomainError } from '#kernel';
import { BodyTurns } from './loop-time.js';

const HIGH_WATER_BYTES = 1024 * 1024;

export const bodyTimedOut = (idleTimeoutMs: number): DomainError =>
  new DomainError('timeout', `No byte of the body came for ${idleTimeoutMs / 1000} seconds`);

export const bodyCutOff = (cause?: unknown): DomainError =>
  new DomainError('incomplete_body', 'The connection ended before the body did; send it again', { cause });

/**
 * A body's bytes as they come, with back-pressure: reading pauses while about 1 MiB waits to be taken, and to let others
 * have their turn. Unlike a stream's own iterator, giving up leaves the connection open, so that the sender can be told why.
 * @throws DomainError `timeout` when nothing comes for `idleTimeoutMs`, however long the whole takes; `incomplete_body`
 */
export async function* readBody(stream: Readable, idleTimeoutMs: number): AsyncGenerator<Buffer, void, undefined> {
  const inbox = new Inbox(stream, idleTimeoutMs);
  try {
    for (;;) {
      const chunks = await inbox.take();
      if (chunks.length === 0) return;
      yield* chunks;
    }
  } finally {
    inbox.close();
  }
}

/** What a stream has brought and nobody has taken yet. */
class Inbox {
  private chunks: Buffer[] = [];
  private bytes = 0;
  private ended = false;
  private failure: unknown;
  private wake: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly turns = new BodyTurns(() => this.readOn());

  constructor(
    private readonly stream: Readable,
    private readonly idleTimeoutMs: number,
  ) {
    stream.on('data', this.onData).on('end', this.onEnd).on('error', this.onError).on('close', this.onClose);
    if (stream.destroyed) this.onClose(); // before anybody listened
  }

  /** Everything that waits, at least one chunk; nothing at the end. */
  async take(): Promise<Buffer[]> {
    if (this.chunks.length === 0 && !this.isOver()) await this.waitForNews();
    if (this.chunks.length === 0 && this.failure !== undefined) throw this.failure as Error;
    const taken = this.chunks;
    this.chunks = [];
    this.bytes = 0;
    this.readOn();
    return taken;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    const { stream } = this;
    stream.off('data', this.onData).off('end', this.onEnd).off('close', this.onClose);
    // 'error' stays handled: a connection that breaks after we gave up is no news.
    if (!this.ended) stream.pause();
  }

  private isOver(): boolean {
    return this.ended || this.failure !== undefined;
  }

  private waitForNews(): Promise<void> {
    this.timer = this.timer?.refresh() ?? setTimeout(this.onIdle, this.idleTimeoutMs);
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private readonly onData = (chunk: Buffer): void => {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    this.turns.chunkCame();
    if (this.hasEnough()) this.stream.pause();
    this.notify();
  };

  private hasEnough(): boolean {
    return this.turns.isOver || this.bytes >= HIGH_WATER_BYTES;
  }

  private readOn(): void {
    if (!this.closed && this.stream.isPaused() && !this.hasEnough()) this.stream.resume();
  }

  private readonly onEnd = (): void => {
    this.ended = true;
    this.notify();
  };

  private readonly onError = (error: unknown): void => {
    const reason = this.stream.errored ?? error; // whoever destroyed the stream knows best
    this.failure ??= reason instanceof DomainError ? reason : bodyCutOff(reason);
    this.notify();
  };

  private readonly onClose = (): void => {
    if (!this.ended) this.onError(bodyCutOff());
  };

  private readonly onIdle = (): void => {
    if (this.wake) this.onError(bodyTimedOut(this.idleTimeoutMs)); // else it is us who are slow
  };

  private notify(): void {
    this.wake?.();
    this.wake = undefined;
  }
}

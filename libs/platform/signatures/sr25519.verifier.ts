import { Worker } from 'node:worker_threads';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '#kernel';
import { workerBeside } from '#platform/threads';
import type { VerifierReply, VerifierRequest } from './verifier-protocol.js';

const WORKER = workerBeside(import.meta.url, 'sr25519');
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** A second or so of work. */
const MAX_WAITING = 256;

/** Of one key, so that who floods it with forgeries keeps nobody else waiting. */
const MAX_WAITING_OF_KEY = 64;

interface Waiting {
  readonly key: string;
  readonly resolve: (valid: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** Verifies sr25519 signatures in a thread: one takes about 4 ms of computing, in which nothing else would be served. */
@Injectable()
export class Sr25519Verifier implements OnModuleDestroy {
  private thread: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  async onModuleDestroy(): Promise<void> {
    await this.thread?.terminate();
  }

  /**
   * Whether `signature` is the key's over the UTF-8 of `message`, in the context `substrate`. What cannot be a signature,
   * or a key, is none.
   * @throws DomainError `unavailable` where too many wait already
   */
  verify(message: string, signature: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
    const key = Buffer.from(publicKey).toString('hex');
    const ofKey = [...this.waiting.values()].filter((one) => one.key === key).length;
    if (this.waiting.size >= MAX_WAITING || ofKey >= MAX_WAITING_OF_KEY) return Promise.reject(tooBusy());
    const id = ++this.lastId;
    const thread = (this.thread ??= this.start());
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { key, resolve, reject });
      thread.ref();
      thread.postMessage({ id, message: Buffer.from(message), signature, publicKey } satisfies VerifierRequest);
    });
  }

  /** It keeps the process alive only while it has work; one that dies fails what waits, and the next call starts another. */
  private start(): Worker {
    const thread = new Worker(WORKER, { execArgv: [], resourceLimits: HEAP, name: 'sr25519-verifier' });
    thread.unref();
    thread.on('message', ({ id, valid }: VerifierReply) => {
      this.waiting.get(id)?.resolve(valid);
      this.waiting.delete(id);
      if (this.waiting.size === 0) thread.unref();
    });
    thread.on('error', () => undefined); // 'exit' follows
    thread.once('exit', () => {
      if (this.thread === thread) this.thread = undefined;
      for (const { reject } of this.waiting.values()) reject(tooBusy());
      this.waiting.clear();
    });
    return thread;
  }
}

const tooBusy = (): DomainError =>
  new DomainError('unavailable', 'Too many signatures wait to be verified; try again in a moment');

/**
 * The writer thread: hashes and writes files, so that the main thread only receives. One thread serves many writes,
 * in the order their messages come. Node loads this file by itself, compiled or as source (hence erasable types only).
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Ring, WriterReply, WriterRequest } from './writer-protocol.js';

/** Below the main thread, so that small requests are answered while large bodies are hashed. */
const NICENESS = 10;

class FileWrite {
  readonly #hash = createHash('sha256');
  readonly #fd: number;
  readonly #ring: Ring;
  #sizeBytes = 0;

  constructor(path: string, ring: Ring) {
    this.#fd = openSync(path, 'wx', 0o640);
    this.#ring = ring;
  }

  take(slot: number, length: number): void {
    const bytes = Buffer.from(this.#ring.memory, slot * this.#ring.slotBytes, length);
    this.#hash.update(bytes);
    for (let done = 0; done < length;) done += writeSync(this.#fd, bytes, done, length - done);
    this.#sizeBytes += length;
  }

  result(): { sizeBytes: number; sha256: string } {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }

  close(): void {
    closeSync(this.#fd);
  }
}

const writes = new Map<number, FileWrite>();

function forget(writeId: number): void {
  const write = writes.get(writeId);
  writes.delete(writeId);
  write?.close();
}

/** The answer to one message; undefined where its write has already failed. */
function serve(request: WriterRequest): WriterReply | undefined {
  const { writeId } = request;
  switch (request.kind) {
    case 'open':
      writes.set(writeId, new FileWrite(request.path, request.ring));
      return { kind: 'opened', writeId };
    case 'slot': {
      const write = writes.get(writeId);
      write?.take(request.slot, request.length);
      return write && { kind: 'taken', writeId, slot: request.slot, length: request.length };
    }
    case 'finish': {
      const result = writes.get(writeId)?.result();
      forget(writeId);
      return result && { kind: 'finished', writeId, ...result };
    }
    case 'drop':
      forget(writeId);
      return { kind: 'dropped', writeId };
  }
}

function failed(writeId: number, error: NodeJS.ErrnoException): WriterReply {
  try {
    forget(writeId);
  } catch {
    // The first error says more than that closing failed as well.
  }
  return { kind: 'failed', writeId, error: { message: error.message, code: error.code } };
}

// Linux gives each thread its own niceness; elsewhere this would slow the whole process.
if (process.platform === 'linux') setPriority(0, NICENESS);

parentPort?.on('message', (request: WriterRequest) => {
  let reply: WriterReply | undefined;
  try {
    reply = serve(request);
  } catch (error) {
    reply = failed(request.writeId, error instanceof Error ? error : new Error('Not an error', { cause: error }));
  }
  if (reply) parentPort?.postMessage(reply);
});

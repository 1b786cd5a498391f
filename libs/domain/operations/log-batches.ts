import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { BlobStore } from '#platform/storage';
import { LogBatch } from './log-batch.js';
import { OperationLogsRepository, type StoredChunk } from './operation-logs.repository.js';

/** What readers who are a little apart may share, in characters. */
const MAX_KEPT = 16 * 1024 * 1024;

/** Reads logs for all readers of this process: those who want the same lines at about the same time get one reading. */
@Injectable()
export class LogBatches {
  private readonly reading = new Map<string, Promise<LogBatch | undefined>>();
  /** Oldest first. */
  private readonly kept = new Map<string, LogBatch>();
  private keptLength = 0;

  constructor(
    private readonly logs: OperationLogsRepository,
    private readonly store: BlobStore,
  ) {}

  /** Some lines from `fromLine` on; undefined where there are none yet. `version` is that of a `WatchedOperation`: what it knows of, this sees. */
  read(operationId: number, fromLine: number, version: number): Promise<LogBatch | undefined> {
    const key = `${operationId}:${fromLine}`;
    const kept = this.kept.get(key);
    if (kept) return Promise.resolve(kept);
    const inTurn = `${key}:${version}`; // a reading that began before may have missed what came since
    const reading =
      this.reading.get(inTurn) ?? this.load(operationId, fromLine, key).finally(() => this.reading.delete(inTurn));
    this.reading.set(inTurn, reading);
    return reading;
  }

  private async load(operationId: number, fromLine: number, key: string): Promise<LogBatch | undefined> {
    const chunks = await this.logs.read(operationId, fromLine);
    const [first, last] = [chunks[0], chunks.at(-1)];
    if (!first || !last) return undefined;
    const texts = await Promise.all(chunks.map((chunk) => this.textOf(chunk)));
    const surplus = Math.max(0, fromLine - first.firstLine);
    const text = withoutLines(texts.join(''), surplus);
    const batch = new LogBatch(first.firstLine + surplus, last.firstLine + last.lineCount, text);
    this.keep(key, batch);
    return batch;
  }

  private async textOf({ body, storageKey, position, length }: StoredChunk): Promise<string> {
    if (body !== null) return body;
    const bytes = await this.store.open(storageKey ?? '', { offset: position ?? 0, length: length ?? 0 });
    return (await buffer(bytes)).toString();
  }

  private keep(key: string, batch: LogBatch): void {
    this.keptLength += batch.text.length - (this.kept.get(key)?.text.length ?? 0); // two may have read the same
    this.kept.delete(key);
    this.kept.set(key, batch);
    for (const [oldest, { text }] of this.kept) {
      if (this.keptLength <= MAX_KEPT) return;
      this.kept.delete(oldest);
      this.keptLength -= text.length;
    }
  }
}

function withoutLines(text: string, count: number): string {
  let start = 0;
  for (let line = 0; line < count; line++) start = text.indexOf('\n', start) + 1;
  return text.slice(start);
}

import type { LogBatch } from './log-batch.js';
import { hasEnded, type OperationStatus } from './operation.js';
import type { WatchedOperation } from './watched-operation.js';

/** A reader hears of what a lost message would have told after this long at the latest. */
const QUIET_MS = 15_000;

export interface LogQuery {
  /** The line to begin with. */
  readonly offset: number;
  /** Whether to wait for what comes; else what is there is all. */
  readonly follow: boolean;
}

/** What a reader is told: lines, that nothing has come for a while, or that nothing comes any more. */
export type LogEvent =
  | { readonly kind: 'lines'; readonly batch: LogBatch }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'end'; readonly status: OperationStatus };

/** What is read for a log's readers. */
export interface LogReads {
  readonly status: () => Promise<OperationStatus>;
  /** Some lines from `fromLine` on, with all that `version` of the operation knows of; undefined where there are none yet. */
  readonly lines: (fromLine: number, version: number) => Promise<LogBatch | undefined>;
}

/** A log from `offset` on, no faster than it is taken. Ends early, without a word, once `signal` fires. */
export async function* logEvents(
  operation: WatchedOperation,
  reads: LogReads,
  { offset, follow }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEvent> {
  for (let line = offset; !signal.aborted;) {
    const { version } = operation;
    const status = await operation.shared(reads.status);
    const batch = await reads.lines(line, version); // after the status: what ended writes no more
    if (batch) {
      yield { kind: 'lines', batch };
      line = batch.nextLine;
    } else if (hasEnded(status) || !follow) {
      yield { kind: 'end', status };
      return;
    } else if (await isQuiet(operation, version, signal)) yield { kind: 'quiet' };
  }
}

/** Waits for a change after `version`; true where none has come for a while, or its message was lost. */
async function isQuiet(operation: WatchedOperation, version: number, signal: AbortSignal): Promise<boolean> {
  await operation.changed(version, QUIET_MS, signal);
  if (signal.aborted || operation.version !== version) return false;
  operation.wake();
  return true;
}

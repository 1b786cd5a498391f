import type { ClaimedOperation } from './operation.js';
import type { LogWriter } from './log-writer.js';
import type { Progress } from './operation-claims.repository.js';

/** What a handler has in its hands while it works on an operation. */
export interface Work {
  readonly operation: ClaimedOperation;
  readonly log: LogWriter;
  /** Fires when the work is to stop: it was cancelled, its process ends, or it was given to another. */
  readonly signal: AbortSignal;
  /** Notes how far it is; cheap, to be called as often as one likes. */
  report(progress: Progress): void;
  /**
   * Ends the operation in one transaction with its result: both are there, or neither.
   * @throws ClaimLostError where the work is not this process's any more; whatever `result` throws
   */
  succeed(result: () => Promise<void>): Promise<void>;
}

import type { Backoff } from './backoff.js';
import type { OutboundError } from './outbound.errors.js';

/** Before a new attempt: the failure, the attempt's number from 1, the wait, and the bytes there are. */
export interface Retry {
  readonly error: OutboundError;
  readonly attempt: number;
  readonly delayMs: number;
  readonly offsetBytes: number;
}

export interface DownloadOptions {
  /** More is refused: at once where it is announced, else when it comes. */
  readonly maxBytes: number;
  /** Where the caller knows the size; anything else is refused. */
  readonly expectedBytes?: number | undefined;
  /** How long the body may pause; 60 s unless told. */
  readonly inactivityTimeoutMs?: number;
  /** Attempts after the first one that bring nothing worth mentioning; 5 unless told. */
  readonly retries?: number;
  readonly backoff?: Backoff;
  readonly signal?: AbortSignal | undefined;
  /** After each chunk, with the bytes so far. Must not throw. */
  readonly onProgress?: (receivedBytes: number) => void;
  /** Before each wait for a new attempt. Must not throw. */
  readonly onRetry?: (retry: Retry) => void;
}

import type { Backoff } from './backoff.js';
import type { OutboundError } from './outbound.errors.js';

/** Before a new attempt: the failure, the attempt's number from 1, the wait, and the bytes there are. */
export interface Retry {
  readonly error: OutboundError;
  readonly attempt: number;
  readonly delayMs: number;
  readonly offsetBytes: number;
}

/** Validators of what the caller has; null for none. */
export interface KnownVersion {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface DownloadOptions {
  /** More is refused: at once where it is announced, else when it comes. */
  readonly maxBytes: number;
  /** Where the caller knows the size; anything else is refused. */
  readonly expectedBytes?: number | undefined;
  /** What the caller has: where the server still has that, the error is its status 304 (RFC 9110, section 13.1). */
  readonly unless?: KnownVersion;
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

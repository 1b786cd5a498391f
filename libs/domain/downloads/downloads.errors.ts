import { DomainError } from '#kernel';
import { OutboundError } from '#platform/outbound';
import { RetryableError } from '#domain/operations';

/** What another server, or the way to it, is to blame for; in words for people. */
export function outboundProblem(error: unknown): string {
  if (!(error instanceof OutboundError)) throw error;
  return error.message;
}

/** A download's failure as operations have it: worth another attempt, or final. */
export function fromDownload(error: unknown): unknown {
  if (error instanceof OutboundError) {
    const isWorthIt = error.isRetryable || error.kind === 'changed';
    const options = { cause: error };
    return isWorthIt
      ? new RetryableError(error.message, options)
      : new DomainError('unavailable', error.message, options);
  }
  if (error instanceof DomainError && error.code === 'storage_unavailable') {
    return new RetryableError(error.message, { cause: error });
  }
  return error;
}

import { DomainError, type ErrorCode } from '#kernel';
import { OutboundError } from '#platform/outbound';
import { RetryableError } from '#domain/operations';

/** What another server, or the way to it, is to blame for; in words for people. */
export function outboundProblem(error: unknown): string {
  if (!(error instanceof OutboundError)) throw error;
  return error.message;
}

/** Of an image that has no schedule, or whose source another check has found changed. */
export const scheduleEnded = (): DomainError =>
  new DomainError('conflict', 'The image is not refreshed any more, or another check was faster');

export const authorGone = (username: string): DomainError =>
  new DomainError(
    'forbidden',
    `${username}, who had it refreshed, is disabled or gone; have it refreshed in your own name`,
  );

export const authorMayNot = (username: string): DomainError =>
  new DomainError(
    'forbidden',
    `${username}, who had it refreshed, may not make images there any more; have it refreshed in your own name`,
  );

/** The store is away; an earlier attempt, or a sweep that took this one's worker for dead, has its bytes. */
const WORTH_IT: readonly ErrorCode[] = ['storage_unavailable', 'conflict'];

/** A download's failure as operations have it: worth another attempt, or final. */
export function fromDownload(error: unknown): unknown {
  if (error instanceof OutboundError) {
    const isWorthIt = error.isRetryable || error.kind === 'changed';
    const options = { cause: error };
    return isWorthIt
      ? new RetryableError(error.message, options)
      : new DomainError('unavailable', error.message, options);
  }
  if (error instanceof DomainError && WORTH_IT.includes(error.code)) {
    return new RetryableError(error.message, { cause: error });
  }
  return error;
}

import type { Scope } from '#kernel';

export const OPERATION_KINDS = ['download', 'refresh', 'convert', 'export', 'build', 'boot-test'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * A queued one is taken to work, or cancelled; a running one ends, or goes back to the queue when its worker is lost or it is
 * to be tried again; one that failed or was cancelled may be queued again by whoever asks. Nothing leaves `succeeded`.
 */
export const OPERATION_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

/** Those that end it, for the time being. */
export type OperationEnd = Extract<OperationStatus, 'succeeded' | 'failed' | 'cancelled'>;

export function hasEnded(status: OperationStatus): status is OperationEnd {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

/** The job queue of a kind. */
export const queueOf = (kind: OperationKind): string => `operations.${kind}`;
export const OPERATION_QUEUES: readonly string[] = OPERATION_KINDS.map(queueOf);

/** What the work is to do, as the kind's own handler understands it; `source` is what people may see of it. */
export interface OperationInput {
  readonly source?: string;
  readonly [name: string]: unknown;
}

/** An operation with what an answer or a decision about it needs, read in one statement. */
export interface OperationView {
  readonly id: number;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly imageId: number;
  /** The image's reference. */
  readonly image: string;
  readonly source: string | null;
  /** 0 to 100. */
  readonly percent: number;
  readonly doneBytes: number;
  /** Null where nobody knows. */
  readonly totalBytes: number | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Why it failed, or what it is tried again for. */
  readonly error: string | null;
  /** Username of who asked for it. */
  readonly author: string;
  readonly cancelRequestedAt: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** The account that the image belongs to. */
  readonly ownerId: number;
  readonly lineage: readonly number[];
  /** What the caller's bindings give them on the image. */
  readonly held: readonly Scope[];
}

/** What an image's making has come to. */
export interface MakingView extends Pick<OperationView, 'id' | 'kind' | 'status' | 'startedAt' | 'finishedAt'> {
  readonly imageId: number;
}

/** An operation as its handler meets it. */
export interface ClaimedOperation {
  readonly id: number;
  readonly kind: OperationKind;
  readonly imageId: number;
  readonly authorId: number;
  readonly input: OperationInput;
  /** Of these it is the one under way. */
  readonly attempts: number;
  readonly maxAttempts: number;
}

import type { OperationView } from '#domain/operations';
import type { OperationAnswer } from './operation.schema.js';

/** `base` is what URLs begin with. */
export function presentOperation(operation: OperationView, base: string): OperationAnswer {
  const url = `${base}/operations/${operation.id}`;
  return {
    id: operation.id,
    kind: operation.kind,
    status: operation.status,
    image_id: operation.imageId,
    image: operation.image,
    source: operation.source,
    percent: Math.round(operation.percent * 10) / 10,
    bytes: operation.doneBytes,
    total_bytes: operation.totalBytes,
    attempts: operation.attempts,
    max_attempts: operation.maxAttempts,
    error: operation.error,
    author: operation.author,
    cancel_requested_at: operation.cancelRequestedAt,
    created_at: operation.createdAt,
    started_at: operation.startedAt,
    finished_at: operation.finishedAt,
    url,
    logs_url: `${url}/logs`,
  };
}

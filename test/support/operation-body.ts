import type { StartedOperation } from './downloads.js';
import { TIME } from './image-body.js';
import type { TestUser } from './builders.js';

/** Where downloads come from that nobody works on. */
export const NOWHERE = 'https://images.example.com/disk.qcow2';

export const MOMENT = expect.stringMatching(TIME) as string;

/** The whole entity of an operation that `startDownload` made and nobody has begun, as an answer must show it; `changes` stand over it. */
export function operationBody(
  author: TestUser,
  { id, image_id }: StartedOperation,
  changes: Readonly<Record<string, unknown>> = {},
): object {
  const url = `${author.url}/operations/${id}`;
  return {
    id,
    kind: 'download',
    status: 'queued',
    image_id,
    image: expect.stringMatching(new RegExp(`^${author.username}/download\\d+:latest$`)) as string,
    source: NOWHERE,
    percent: 0,
    bytes: 0,
    total_bytes: null,
    attempts: 0,
    max_attempts: 5,
    error: null,
    author: author.username,
    cancel_requested_at: null,
    created_at: MOMENT,
    started_at: null,
    finished_at: null,
    url,
    logs_url: `${url}/logs`,
    ...changes,
  };
}

/** As `operationBody`, of one that was cancelled before anybody began it. */
export function cancelledBody(author: TestUser, operation: StartedOperation): object {
  const then = { cancel_requested_at: MOMENT, finished_at: MOMENT };
  return operationBody(author, operation, { status: 'cancelled', error: 'It was cancelled', ...then });
}

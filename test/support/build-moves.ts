import { Database, Notifications } from '#platform/database';
import type { TestApi } from './api.js';

/** What a worker does to a build, without the building. */
export type BuildMove = 'running' | 'succeeded' | 'failed';

const OPERATION: Readonly<Record<BuildMove, string>> = {
  running: `status = 'running', attempts = 1, started_at = now(), instance_id = 0`,
  succeeded: `status = 'succeeded', attempts = 1, started_at = now(), finished_at = now()`,
  failed: `status = 'failed', attempts = 1, started_at = now(), finished_at = now()`,
};

/** Moves the build of the image of this name, and the image with it. A whole one gets the bytes of any other. Its operation's id. */
export async function moveBuild(api: TestApi, name: string, to: BuildMove, reason?: string): Promise<number> {
  const database = api.app.get(Database, { strict: false });
  const [operation] = await database.query<{ id: number }>(
    `WITH moved AS (
       UPDATE operations SET ${OPERATION[to]} WHERE id = (SELECT operation_id FROM images WHERE name = $1) RETURNING id)
     SELECT id FROM moved`,
    [name],
  );
  const image = {
    running: `status = 'processing'`,
    succeeded: `status = 'available', blob_id = (SELECT min(id) FROM blobs)`,
    failed: `status = 'failed'`,
  }[to];
  await database.query(`UPDATE images SET ${image}, status_reason = $2 WHERE name = $1`, [name, reason ?? null]);
  const id = operation?.id ?? 0;
  await api.app.get(Notifications, { strict: false }).send('diskyard_operation_changes', String(id));
  return id;
}

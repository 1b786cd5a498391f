import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Where root keeps what PostgreSQL's own user must reach when our folders are closed to it (say, below /root). */
const SHARED_PLACE = '/var/lib/diskyard';

/**
 * A folder below /var/lib/diskyard that every user can pass through, made when missing. Only root asks for it.
 *
 * @throws EmbeddedPostgresError when it cannot be made
 */
export async function sharedPlace(...folders: string[]): Promise<string> {
  let path = SHARED_PLACE;
  try {
    await makePassable(path);
    for (const folder of folders) await makePassable((path = join(path, folder)));
    return path;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's user cannot enter our folders, and ${path} cannot be made for it; ` +
        'use a DATA_DIR and a checkout outside of private folders such as /root, or set DATABASE_URL',
      { cause: error },
    );
  }
}

async function makePassable(directory: string): Promise<void> {
  const created = await mkdir(directory, { recursive: true });
  // Whatever the umask. Only a folder that we made is changed.
  if (created !== undefined) await chmod(directory, 0o755);
}

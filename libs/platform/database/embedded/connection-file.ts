import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { hasCode } from './system-error.js';

const FILE = 'postgres.json';

/** What a data directory remembers of its PostgreSQL. Kept in `postgres.json`, which only its owner may read. */
export interface Connection {
  /** 256 random bits, in hexadecimal. */
  password: string;
  /** The TCP port of the last start; tried first at the next one. */
  port?: number;
  /** Where the cluster is; absent until one has been made. */
  cluster?: string;
}

/**
 * Reads what the data directory remembers; `undefined` when there is nothing yet.
 *
 * @throws EmbeddedPostgresError when the file is there but cannot be read
 */
export async function readConnection(dataDir: string): Promise<Connection | undefined> {
  const file = join(dataDir, FILE);
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    const message = hasCode(error, 'EACCES', 'EPERM')
      ? `${file} cannot be read by this user; start as the user who made the data directory, or as root`
      : `${file} is damaged; restore it, or, if the database is the folder "postgres" beside it, remove the file`;
    throw new EmbeddedPostgresError(message, { cause: error });
  }
}

/**
 * Replaces what is remembered, in one step, safely against a power cut. The file belongs to whom the data directory
 * belongs to, so that a start as root does not lock its owner out.
 */
export async function writeConnection(dataDir: string, connection: Connection): Promise<void> {
  const file = join(dataDir, FILE);
  await rm(`${file}.new`, { force: true });
  const unfinished = await open(`${file}.new`, 'wx', 0o600);
  try {
    const { uid, gid } = await stat(dataDir);
    if (process.getuid?.() === 0) await unfinished.chown(uid, gid);
    await unfinished.writeFile(`${JSON.stringify(connection, null, 2)}\n`);
    await unfinished.sync();
  } finally {
    await unfinished.close();
  }
  await rename(`${file}.new`, file);
}

/** A password that needs no quoting anywhere: not in SQL, a URL or a shell. */
export function newPassword(): string {
  return randomBytes(32).toString('hex');
}

function parse(json: string): Connection {
  const raw: unknown = JSON.parse(json);
  if (typeof raw !== 'object' || raw === null) throw new TypeError('not an object');
  const { password, port, cluster } = raw as Record<string, unknown>;
  if (typeof password !== 'string' || !/^[0-9a-f]{64}$/.test(password)) throw new TypeError('no password');
  return {
    password,
    ...(typeof port === 'number' && { port }),
    ...(typeof cluster === 'string' && { cluster }),
  };
}

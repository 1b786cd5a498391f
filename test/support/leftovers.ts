import { readdir } from 'node:fs/promises';
import { Database } from '#platform/database';
import type { TestApi } from './api.js';
import { eventually } from './eventually.js';

/** Everything that a push could leave behind. */
export interface Inventory {
  readonly rows: Readonly<Record<string, number>>;
  /** Blobs and staged writes. */
  readonly files: readonly string[];
}

const TABLES = ['images', 'uploads', 'blobs', 'discarded_blobs', 'namespaces'];

const COUNTS = `SELECT ${TABLES.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`;

export async function takeInventory(api: TestApi): Promise<Inventory> {
  const [rows = {}] = await api.app.get(Database, { strict: false }).query<Record<string, number>>(COUNTS);
  return { rows, files: await filesOf(api) };
}

/** Names of the files in the store, without directories. */
export async function filesOf(api: TestApi): Promise<string[]> {
  const entries = await readdir(api.storeDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Does `work`, and fails unless everything is soon as it was before: no row, no file, no namespace more. */
export async function leavingNothing<T>(api: TestApi, work: () => Promise<T>): Promise<T> {
  const before = await takeInventory(api);
  const result = await work();
  await eventually(async () => expect(await takeInventory(api)).toEqual(before));
  return result;
}

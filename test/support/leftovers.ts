import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '#platform/database';
import { SharedBlobs } from '#domain/images';
import type { TestApi } from './api.js';
import { eventually } from './eventually.js';

/** Everything that a push could leave behind. */
export interface Inventory {
  readonly rows: Readonly<Record<string, number>>;
  /** Blobs and staged writes. */
  readonly files: readonly string[];
}

const TABLES = [
  'images',
  'uploads',
  'blobs',
  'discarded_blobs',
  'image_sources',
  'derived_blobs',
  'image_artefacts',
  'namespaces',
];

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

/** As `leavingNothing`, with the sweep that frees what waits for it: logs, and what was replaced. */
export async function leavingNothingOnceSwept<T>(api: TestApi, work: () => Promise<T>): Promise<T> {
  const before = await eventually(() => takeSweptInventory(api));
  const result = await work();
  await eventually(async () => expect(await takeSweptInventory(api)).toEqual(before));
  return result;
}

/** Once nothing of an operation that has ended is still under way. */
async function takeSweptInventory(api: TestApi): Promise<Inventory> {
  const [logs] = await api.app.get(Database, { strict: false }).query(UNARCHIVED);
  expect({ logs, folders: await workFolders(api) }).toEqual({ logs: { waiting: 0 }, folders: [] });
  await api.app.get(SharedBlobs, { strict: false }).purgeAll();
  return takeInventory(api);
}

const UNARCHIVED = 'SELECT count(*)::int AS waiting FROM operations WHERE finished_at IS NOT NULL AND NOT log_archived';

/** Folders that some work has on the disk. */
export async function workFolders(api: TestApi): Promise<string[]> {
  return readdir(join(api.storeDir, 'work')).catch(() => []);
}

/** Does `work`, and fails unless everything is soon as it was before: no row, no file, no namespace more. */
export async function leavingNothing<T>(api: TestApi, work: () => Promise<T>): Promise<T> {
  const before = await takeInventory(api);
  const result = await work();
  await eventually(async () => expect(await takeInventory(api)).toEqual(before));
  return result;
}

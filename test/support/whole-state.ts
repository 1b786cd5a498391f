import { Database } from '#platform/database';
import type { TestApi } from './api.js';
import { eventually } from './eventually.js';
import { filesOf } from './leftovers.js';

/** Every row of every table that a request about images or namespaces could touch, and every file of the store. */
export interface WholeState {
  readonly rows: Readonly<Record<string, readonly object[]>>;
  readonly files: readonly string[];
}

const TABLES = [
  'users',
  'namespaces',
  'teams',
  'team_members',
  'roles',
  'bindings',
  'invites',
  'images',
  'uploads',
  'blobs',
  'discarded_blobs',
];

export async function takeWholeState(api: TestApi): Promise<WholeState> {
  const rows: Record<string, object[]> = {};
  for (const table of TABLES) rows[table] = await rowsOf(api, table);
  return { rows, files: await filesOf(api) };
}

/** Does `work`, and fails unless not one column of a row, and no file, is soon other than before. */
export async function changingNothing<T>(api: TestApi, work: () => Promise<T>): Promise<T> {
  const before = await takeWholeState(api);
  const result = await work();
  await eventually(async () => expect(await takeWholeState(api)).toEqual(before));
  return result;
}

async function rowsOf(api: TestApi, table: string): Promise<object[]> {
  const database = api.app.get(Database, { strict: false });
  const rows = await database.query<{ row: object }>(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)`);
  return rows.map(({ row }) => row);
}

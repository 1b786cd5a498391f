import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { query } from './embedded-postgres/observe.js';

/** Where the rows and the bytes of a registry are. */
export interface Installation {
  readonly databaseUrl: string;
  /** The directory of the filesystem store. */
  readonly storeDir: string;
}

/** What is in the database and not in the store, or the other way round, or in either and of no use. */
export interface Inconsistencies {
  readonly filesWithoutBlob: readonly string[];
  readonly blobsWithoutFile: readonly string[];
  readonly blobsWithoutImage: number;
  readonly staged: readonly string[];
  readonly uploads: number;
  readonly discarded: number;
}

export const CONSISTENT: Inconsistencies = {
  filesWithoutBlob: [],
  blobsWithoutFile: [],
  blobsWithoutImage: 0,
  staged: [],
  uploads: 0,
  discarded: 0,
};

interface Rows {
  readonly keys: readonly string[];
  readonly unused: number;
  readonly uploads: number;
  readonly discarded: number;
}

const ROWS = `
  SELECT (SELECT coalesce(array_agg(key ORDER BY key), '{}') FROM (
            SELECT storage_key FROM blobs
            UNION SELECT storage_key FROM operation_log_chunks WHERE storage_key IS NOT NULL) AS kept (key)) AS keys,
         (SELECT count(*)::int FROM blobs b WHERE NOT EXISTS (SELECT FROM images WHERE blob_id = b.id)) AS unused,
         (SELECT count(*)::int FROM uploads) AS uploads, (SELECT count(*)::int FROM discarded_blobs) AS discarded`;

/** Compares the two. To be called while nothing is pushed or deleted. */
export async function findInconsistencies({ databaseUrl, storeDir }: Installation): Promise<Inconsistencies> {
  const [rows] = (await query(databaseUrl, ROWS)) as [Rows];
  const files = await filesIn(join(storeDir, 'blobs'));
  return {
    filesWithoutBlob: files.filter((name) => !rows.keys.includes(name)),
    blobsWithoutFile: rows.keys.filter((key) => !files.includes(key)),
    blobsWithoutImage: rows.unused,
    staged: await filesIn(join(storeDir, 'staging')),
    uploads: rows.uploads,
    discarded: rows.discarded,
  };
}

/** How many files the store holds, whatever they are. */
export async function countFiles(storeDir: string): Promise<number> {
  return (await filesIn(storeDir)).length;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

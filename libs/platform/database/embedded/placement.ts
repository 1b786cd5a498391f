import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { Account } from './account.js';
import type { Connection } from './connection-file.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { sharedPlace } from './shared-place.js';
import { runTool } from './tool.js';

const CLUSTER = 'postgres';

/**
 * The data directory's existing cluster, or `undefined` when it has none yet.
 *
 * @throws EmbeddedPostgresError when it had one and that is gone: an empty database must not silently take its place
 */
export async function findCluster(dataDir: string, known: Connection | undefined): Promise<string | undefined> {
  const cluster = resolve(dataDir, known?.cluster ?? CLUSTER);
  if (await stat(cluster).catch(() => undefined)) return cluster;
  if (known?.cluster === undefined) return undefined;
  throw new EmbeddedPostgresError(
    `the database of ${dataDir} should be at ${cluster}, but is not there. Bring it back (a disk not mounted, a ` +
      'folder not restored?) or, to begin with an empty database, remove postgres.json from the data directory',
  );
}

/**
 * Where a new cluster goes: `<dataDir>/postgres`, or, when its account may not enter the data directory (somewhere
 * below /root), a folder of its own under /var/lib/diskyard/clusters. Nobody's permissions are changed to avoid that.
 */
export async function placeCluster(dataDir: string, account: Account | undefined): Promise<string> {
  if (!account || (await canEnter(dataDir, account))) return join(dataDir, CLUSTER);
  const unique = `${basename(dataDir)}-${randomBytes(6).toString('hex')}`;
  return join(await sharedPlace('clusters', unique), CLUSTER);
}

/** The cluster's place as it is remembered: inside the data directory relative to it, so that may be moved. */
export function recordedPlace(dataDir: string, cluster: string): string {
  const path = relative(dataDir, cluster);
  return path === CLUSTER ? path : cluster;
}

/** Tried rather than computed from modes: access lists and mount options have a say too. */
async function canEnter(directory: string, account: Account): Promise<boolean> {
  return runTool('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], account).then(
    () => true,
    () => false,
  );
}

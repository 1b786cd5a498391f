import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { query } from './embedded-postgres/observe.js';
import type { Fleet } from './fleet.js';

/** What builds have on the machine, or left there. */
export interface BuildTraces {
  /** Command lines of processes that name the data directory, or have something of it mounted. */
  readonly processes: readonly string[];
  /** Mounts of something of it that our own processes see. */
  readonly mounts: readonly string[];
  /** Folders of work in progress, and files that are being written. */
  readonly work: readonly string[];
  /** Of the layers of earlier builds, what is neither a storage nor its lock nor its size. */
  readonly odd: readonly string[];
  readonly filesWithoutRow: readonly string[];
  readonly rowsWithoutFile: readonly string[];
}

export const NO_TRACES: BuildTraces = {
  ...{ processes: [], mounts: [], work: [], odd: [] },
  ...{ filesWithoutRow: [], rowsWithoutFile: [] },
};

interface Keys {
  readonly needed: readonly string[];
  /** Of files that are made, or are to go, where they are there at all: some work began with them, or ended. */
  readonly passing: readonly string[];
}

const KEYS = `
  SELECT (SELECT coalesce(array_agg(DISTINCT key), '{}') FROM (
            SELECT storage_key FROM blobs UNION SELECT storage_key FROM image_sources
            UNION SELECT storage_key FROM image_artefacts WHERE made_at IS NOT NULL
            UNION SELECT storage_key FROM operation_log_chunks WHERE storage_key IS NOT NULL) AS named (key)) AS needed,
         (SELECT coalesce(array_agg(DISTINCT key), '{}') FROM (
            SELECT storage_key FROM discarded_blobs UNION SELECT storage_key FROM image_artefacts) AS named (key)) AS passing`;

/** The processes of a fleet's builds: those that are started in an enclosure see nothing but mounts of what they are given. */
export async function buildProcesses({ dataDir }: Pick<Fleet, 'dataDir'>): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const own = await readFile('/proc/self/mountinfo', 'utf8');
  const name = basename(dataDir).replaceAll(' ', '\\040'); // proc(5): as mountinfo writes it
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const [line = '', mounts = ''] = await Promise.all(
        ['cmdline', 'mountinfo'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      const isOfBuild = line.includes(dataDir) || (mounts !== own && mounts.includes(name));
      return isOfBuild ? [`${pid} ${line.replaceAll('\0', ' ')}`] : [];
    }),
  );
  return lines.flat();
}

/** To be called while nothing is built. */
export async function buildTraces(fleet: Fleet): Promise<BuildTraces> {
  const { dataDir, database } = fleet;
  const [{ needed, passing }] = (await query(database.url, KEYS)) as [Keys];
  const files = await filesBelow(join(dataDir, 'images/blobs'));
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return {
    processes: await buildProcesses(fleet),
    mounts: mounts.filter((line) => line.includes(basename(dataDir).replaceAll(' ', '\\040'))),
    work: [...(await namesIn(join(dataDir, 'work'))), ...(await filesBelow(join(dataDir, 'images/staging')))],
    odd: (await namesIn(join(dataDir, 'builds'))).filter((name) => !/^\d+-\d+(\.lock|\.size)?$/.test(name)),
    filesWithoutRow: files.filter((name) => ![...needed, ...passing].includes(name)),
    rowsWithoutFile: needed.filter((key) => !files.includes(key)),
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []); // nothing has been built yet
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

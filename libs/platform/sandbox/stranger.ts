import { randomInt } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The range that Linux distributions leave to users who exist only for a while (systemd's `DynamicUser`). */
const TRANSIENT_USERS = { first: 61_184, last: 65_519 };

const OTHERS_MAY_READ = 0o004;
const GROUP_MAY_READ = 0o040;

/** A user made up for a while. */
export const transientUser = (): number => randomInt(TRANSIENT_USERS.first, TRANSIENT_USERS.last + 1);

/** A user for one run of a program, nobody else's. Only root can become one. */
export class Stranger {
  readonly id = transientUser();

  private constructor(
    private readonly dir: string,
    private readonly before: Stats,
    /** Groups that the stranger needs to read the files it is given. */
    readonly groups: readonly number[],
  ) {}

  /**
   * Gives the folder to a new user, who may read the files.
   * @throws Error for a file that neither others nor its group may read
   */
  static async invite(dir: string, readOnlyFiles: readonly string[]): Promise<Stranger> {
    const groups = await Promise.all(readOnlyFiles.map(groupToRead));
    const stranger = new Stranger(dir, await lstat(dir), [...new Set(groups.flat())]);
    await lchown(dir, stranger.id, stranger.id);
    return stranger;
  }

  /** Makes the folder, and what is in it now, the former owner's. */
  async leave(): Promise<void> {
    const { uid, gid, mode } = this.before;
    await lchown(this.dir, uid, gid);
    await chmod(this.dir, mode & 0o7777);
    await handOver(this.dir, uid, gid);
  }
}

/** All that is in a folder, and nothing that a link in it leads to: whoever left that may not be our friend. */
async function handOver(dir: string, uid: number, gid: number): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    await lchown(path, uid, gid);
    if (entry.isDirectory()) await handOver(path, uid, gid);
  }
}

async function groupToRead(file: string): Promise<number[]> {
  const { mode, gid } = await lstat(file);
  if ((mode & OTHERS_MAY_READ) !== 0) return [];
  if ((mode & GROUP_MAY_READ) === 0) throw new Error(`${file} cannot be lent: only its owner may read it`);
  return [gid];
}

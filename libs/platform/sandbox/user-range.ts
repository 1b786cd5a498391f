import { execFile } from 'node:child_process';
import { lchown, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { SandboxUnavailableError } from './sandbox.errors.js';

/** How many users live in an enclosure. */
const SIZE = 65_536;
/** Above what systemd-nspawn takes for its containers (1879048191 is its last), so nobody else's. */
const FIRST_OF_ROOT = 0x7000_0000;

const run = promisify(execFile);

/** The users of this machine whom an enclosure's users are, of whom 0 is its root. */
export interface UserRange {
  /** Makes them the users of a process's new user namespace. */
  map(pid: number): Promise<void>;
  /** Gives a folder, and nothing in it, to the enclosure's root. */
  adopt(dir: string): Promise<void>;
}

/** Root takes users that nobody has, at one place, so that an enclosure finds its files again. */
export const RANGE_OF_ROOT: UserRange = {
  async map(pid) {
    const line = `0 ${FIRST_OF_ROOT} ${SIZE}\n`;
    await writeFile(`/proc/${pid}/uid_map`, line);
    await writeFile(`/proc/${pid}/gid_map`, line);
  },
  adopt: (dir) => lchown(dir, FIRST_OF_ROOT, FIRST_OF_ROOT),
};

/**
 * An ordinary user is the enclosure's root itself; the others are those that `/etc/subuid` and `/etc/subgid` leave to it.
 * @throws SandboxUnavailableError naming the line or the package that is missing
 */
export async function rangeOfUser(): Promise<UserRange> {
  const { username, uid, gid } = userOfProcess();
  const users = await findRange('/etc/subuid', username, uid);
  const groups = await findRange('/etc/subgid', username, uid);
  return {
    async map(pid) {
      await mapBy('newuidmap', pid, uid, users);
      await mapBy('newgidmap', pid, gid, groups);
    },
    adopt: () => Promise.resolve(),
  };
}

/** A user may have no name, or not one that this process can look up. */
function userOfProcess(): { username: string; uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1];
  try {
    return { username: userInfo().username, uid, gid };
  } catch {
    return { username: String(uid), uid, gid };
  }
}

/** The first user of the first range that is large enough, by subuid(5): `name-or-number:first:count`. */
async function findRange(file: string, username: string, uid: number): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim().split(':'));
  const found = lines.find(([who, , count]) => (who === username || who === String(uid)) && Number(count) >= SIZE - 1);
  if (found) return Number(found[1]);
  throw new SandboxUnavailableError(
    `Builds cannot be confined here: add the line ${username}:100000:${SIZE}, or another free range, to ${file}`,
  );
}

async function mapBy(command: string, pid: number, own: number, first: number): Promise<void> {
  try {
    await run(command, [pid, 0, own, 1, 1, first, SIZE - 1].map(String), { cwd: '/' });
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'install the package uidmap' : (error as Error).message.trim();
    throw new SandboxUnavailableError(`Builds cannot be confined here: ${reason}`, { cause: error });
  }
}

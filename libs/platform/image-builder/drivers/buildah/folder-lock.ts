import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ProgramMissingError } from '#platform/sandbox';

/** flock(1) ends so where it may not wait. */
const IS_TAKEN = 75;

/**
 * A lock on a file, as flock(1) of util-linux holds it: between processes, and gone with the one that has it, however that
 * ends. Node has none of its own.
 */
export class FolderLock {
  /** @param release to be called once; resolves when others can have the lock */
  private constructor(readonly release: () => Promise<void>) {}

  /** Waits for a lock that many may have at once. */
  static async share(file: string): Promise<FolderLock> {
    const lock = await acquire(file, ['--shared']);
    if (!lock) throw new Error(`${file} cannot be locked`);
    return new FolderLock(lock);
  }

  /** A lock that nobody has beside us, unless somebody has one. */
  static async tryAlone(file: string): Promise<FolderLock | undefined> {
    const lock = await acquire(file, ['--exclusive', '--nonblock']);
    return lock && new FolderLock(lock);
  }
}

/** The lock lives as long as a `cat` that reads from us: until we close that pipe, or end. */
async function acquire(file: string, mode: readonly string[]): Promise<(() => Promise<void>) | undefined> {
  const args = [...mode, '--conflict-exit-code', String(IS_TAKEN), file, 'sh', '-c', 'echo; exec cat'];
  // A group of its own: a Ctrl-C at our terminal is for us.
  const holder = spawn('flock', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    holder.on('error', () => reject(new ProgramMissingError('flock')));
    holder.on('close', resolve);
  });
  holder.stdin.on('error', () => undefined); // it has ended by itself
  const code = await Promise.race([once(holder.stdout, 'data').then(() => 'held' as const), ended]);
  if (code === IS_TAKEN) return undefined;
  if (code !== 'held') throw new Error(`${file} cannot be locked: flock ended with ${code}`);
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
